; Speaks the texts N.txt of this folder, N = 1, 2, …, into N.wav, with the times of its words in N.words.
; A text is data: it is read from its file and never becomes a part of a program.

(define (speak-contents name)
  (let ((file (fopen name "r")) (text ""))
    (set! text (fread 100000 file))
    (fclose file)
    text))

(define (speak-token-times utterance name)
  ; one line a token: its start and end in seconds, or 0 0 where nothing of it is heard
  (let ((file (fopen name "w")) (token (utt.relation.first utterance 'Token)))
    (while token
      (let ((start 0) (end 0))
        (mapcar
         (lambda (word)
           (if (> (parse-number (item.feat word "word_end")) 0)
               (begin
                 (if (equal? end 0) (set! start (item.feat word "word_start")))
                 (set! end (item.feat word "word_end")))))
         (item.daughters token))
        (format file "%s %s\n" start end))
      (set! token (item.next token)))
    (fclose file)))

(define (speak-one name)
  (let ((utterance (utt.synth (eval (list 'Utterance 'Text (speak-contents (string-append name ".txt")))))))
    (utt.save.wave utterance (string-append name ".wav") 'riff)
    (speak-token-times utterance (string-append name ".words"))))

(define (speak-all last)
  (let ((number 1))
    (while (<= number last)
      (unwind-protect (speak-one (format nil "%d" number)) nil)
      (format t "spoken %d\n" number)
      (fflush nil)
      (set! number (+ number 1)))))
