"""What callers of scripts say, and how their calls begin."""

OWN_SAID = "семьсот семьдесят двенадцать тридцать четыре пятьсот шестьдесят семь восемь"
DEBT_SAID = "семь семь ноль один два три четыре ноль ноль ноль один"
CLOSED_SAID = "семь семь ноль один два три четыре ноль ноль ноль девять"
UNKNOWN_SAID = "девять девять девять девять девять девять девять девять девять девять девять"
ASKED = """
        ivr:  welcome
        ivr:  main-menu/spoken
        says: баланс
        ivr:  contract/enter/spoken
"""
PASSWORD_ASKED = """
        ivr:  welcome
        ivr:  main-menu/spoken
        says: пароль
        ivr:  password/intro
        ivr:  contract/enter/spoken
"""
