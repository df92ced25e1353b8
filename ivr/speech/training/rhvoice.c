/* Says lines with RHVoice: say.exe DATA CONFIG LINES SOUND

   RHVoice is in no registry that we reach but for PyPI's rhvoice-wrapper-bin, which has its Windows library;
   Wine runs it. A line is: voice TAB rate TAB pitch TAB text in UTF-8. The sound of each line is written as
   two 32-bit numbers, samples a second and samples, and the samples of 16 bits. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

typedef struct {
    int (*set_sample_rate)(int, void *);
    int (*play_speech)(const short *, unsigned, void *);
    int (*process_mark)(const char *, void *);
    int (*word_starts)(unsigned, unsigned, void *);
    int (*word_ends)(unsigned, unsigned, void *);
    int (*sentence_starts)(unsigned, unsigned, void *);
    int (*sentence_ends)(unsigned, unsigned, void *);
    int (*play_audio)(const char *, void *);
    void (*done)(void *);
} Callbacks;

typedef struct {
    const char *data_path, *config_path;
    const char **resource_paths;
    Callbacks callbacks;
    unsigned options;
} Setup;

typedef struct {
    const char *voice_profile;
    double absolute_rate, absolute_pitch, absolute_volume;
    double relative_rate, relative_pitch, relative_volume;
    int punctuation_mode;
    const char *punctuation_list;
    int capitals_mode, flags;
} Manner;

enum { TEXT = 0, DO_NOT_CLIP_RATE = 1 };

static short *said;
static unsigned length, room;
static int rate;

static int set_sample_rate(int hertz, void *data) { rate = hertz; return 1; }

static int play_speech(const short *samples, unsigned count, void *data) {
    if (length + count > room) {
        room = 2 * (length + count);
        said = realloc(said, room * sizeof *said);
        if (!said) exit(1);
    }
    memcpy(said + length, samples, count * sizeof *said);
    length += count;
    return 1;
}

static int passed_over(const char *name, void *data) { return 1; }
static int at_word(unsigned position, unsigned count, void *data) { return 1; }
static void done(void *data) {}

int main(int argc, char **argv) {
    static char line[65536];
    HMODULE library = LoadLibraryA("RHVoice.dll");
    if (argc != 5 || !library) return fprintf(stderr, "say.exe DATA CONFIG LINES SOUND, beside RHVoice.dll\n"), 2;
    void *(*new_engine)(const Setup *) = (void *)GetProcAddress(library, "RHVoice_new_tts_engine");
    void *(*new_message)(void *, const char *, unsigned, int, const Manner *, void *) =
        (void *)GetProcAddress(library, "RHVoice_new_message");
    int (*speak)(void *) = (void *)GetProcAddress(library, "RHVoice_speak");
    void (*delete_message)(void *) = (void *)GetProcAddress(library, "RHVoice_delete_message");
    Callbacks callbacks = {set_sample_rate, play_speech, passed_over, at_word, at_word, at_word, at_word, passed_over, done};
    Setup setup = {argv[1], argv[2], NULL, callbacks, 0};
    void *engine = new_engine(&setup);
    FILE *lines = fopen(argv[3], "rb"), *sound = fopen(argv[4], "wb");
    if (!engine || !lines || !sound) return fprintf(stderr, "no voices, no lines or no place for the sound\n"), 2;
    while (fgets(line, sizeof line, lines)) {
        char *voice = strtok(line, "\t"), *pace = strtok(NULL, "\t"), *pitch = strtok(NULL, "\t"), *text = strtok(NULL, "\r\n");
        length = 0;
        if (text) {
            Manner manner = {voice, 0, 0, 0, atof(pace), atof(pitch), 1, 0, NULL, 0, DO_NOT_CLIP_RATE};
            void *message = new_message(engine, text, strlen(text), TEXT, &manner, NULL);
            if (message) speak(message), delete_message(message);
        }
        int head[2] = {rate, (int)length};
        fwrite(head, sizeof *head, 2, sound);
        fwrite(said, sizeof *said, length, sound);
    }
    return fclose(sound) ? 1 : 0;
}
