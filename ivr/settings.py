"""Every setting of the line, with its default and its unit.

Each is read from the environment as `IVR_<NAME>` or from the file `ivr.env` in the home folder (the environment
wins). `ivr settings` prints them all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, HttpUrl, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ivr.hours import written

HOME = Path(os.environ.get("IVR_HOME") or Path(__file__).resolve().parent.parent)

DIAL = r"^([A-Za-z0-9]+/[A-Za-z0-9_.:@/-]*\{(number|digits)\}[A-Za-z0-9_.:@/-]*)?$"
"""A channel with a place for a number, or nothing."""


class Settings(BaseSettings):
    """The settings of one instance of the line. Two instances need other ports and another `var` folder."""

    model_config = SettingsConfigDict(
        env_prefix="IVR_",
        env_file=HOME / "ivr.env",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    home: Path = HOME
    """Folder of the product: prompts/, dialplans/, asterisk_conf/."""
    var: Path = HOME / "var"
    """Folder of everything that this instance writes: database, sounds, logs, Asterisk's run folder."""
    parts: Path = HOME / ".parts"
    """Folder where programs are unpacked that the system does not have (Asterisk, voices)."""

    database_url: str = ""
    """SQLAlchemy URL of the accounts; empty means the SQLite file `accounts.db` in `var`."""
    secret_key: SecretStr = SecretStr("")
    """Key of keyed hashes (passport digits), 32 characters or more; empty: the file `secret.key` in `var`."""

    sip_host: str = "127.0.0.1"
    """Address that SIP listens on."""
    sip_port: int = Field(5060, ge=1, le=65535)
    """UDP port that SIP listens on."""
    rtp_first: int = Field(10000, ge=1024, le=65535)
    """First UDP port for voice."""
    rtp_last: int = Field(10999, ge=1024, le=65535)
    """Last UDP port for voice; a call takes two."""
    agi_host: str = "127.0.0.1"
    """Address that the application listens on for Asterisk (FastAGI)."""
    agi_port: int = Field(4573, ge=1, le=65535)
    """TCP port of the application."""
    ami_port: int = Field(5038, ge=1, le=65535)
    """TCP port of Asterisk's manager interface, on loopback."""
    http_port: int = Field(8088, ge=1, le=65535)
    """TCP port of Asterisk's HTTP server (WebSocket telephones), on loopback."""
    seats: int = Field(20, ge=1, le=99)
    """Seats of agents: each has a telephone in the browser (`seat01`) and one by SIP (`phone01`)."""
    whisper_s: float = Field(8.0, gt=0)
    """Seconds from the end of the whisper in which an agent takes a call; then it is passed on."""
    wrap_up_s: float = Field(60.0, ge=0)
    """Seconds after a talk in which its agent gets no call, unless the agent is ready earlier."""
    listening: bool = False
    """Whether supervisors may listen in on talks. Callers are then told so before a person answers; agents are
    told by you (docs/desk.md)."""
    processes: int = Field(1, ge=1, le=64)
    """Application processes that share the FastAGI port."""
    calls: int = Field(400, ge=1, le=10000)
    """Calls at once in one application process; more are refused, and the dialplan leads them to a person."""
    drain_s: float = Field(600.0, ge=0)
    """Seconds that a stopping application lets calls in progress go on."""

    language: str = "ru"
    """Language in which the line greets."""
    first_key_s: float = Field(6.0, gt=0)
    """Seconds from the end of a question to the first key."""
    between_keys_s: float = Field(4.0, gt=0)
    """Seconds between two keys of one entry."""
    longest_talk_s: int = Field(1800, ge=1)
    """Seconds that a caller may talk with the machine before a person takes over: the call is at our cost."""
    home_region: str = "RU"
    """Country (ISO 3166) whose national form calling numbers without `+` are read in."""
    unknown_contracts_a_call: int = Field(3, ge=1)
    """Unknown contract numbers that one call may name."""
    unknown_contracts_a_day: int = Field(10, ge=1)
    """Unknown contract numbers that one calling number may name in 24 hours."""
    unknown_contracts_a_day_withheld: int = Field(200, ge=1)
    """The same for all calls together whose number is withheld."""
    password_shortest: int = Field(8, ge=6, le=64)
    """Characters that a permanent password has at least (docs/security.md: why this, and what follows)."""
    temporary_password_h: int = Field(48, ge=1, le=168)
    """Hours for which a temporary password is valid."""
    wrong_passwords_in_a_row: int = Field(3, ge=1, le=100)
    """Wrong passwords that lock a personal account until a reset."""
    argon2_memory_kib: int = Field(19456, ge=8, le=4194304)
    """Memory for one password hash (argon2id), in KiB."""
    argon2_rounds: int = Field(2, ge=1, le=100)
    """Passes over that memory."""
    resets_a_contract: int = Field(3, ge=1)
    """New passwords that one contract may be sent in 24 hours."""
    passports_a_contract: int = Field(5, ge=1)
    """Tries at the passport digits of one contract in 24 hours."""
    passports_a_call: int = Field(3, ge=1)
    """Tries at passport digits in one call."""
    contracts_a_caller: int = Field(10, ge=1)
    """Different contracts that one calling number may ask a password for in 24 hours."""
    contracts_withheld: int = Field(200, ge=1)
    """The same for all calls together whose number is withheld."""
    office_week: str = "mon-sun 0-24"
    """Full hours in which people answer, such as `mon-fri 8-20, sat 9-18`; other days are closed."""
    office_holidays: str = ""
    """Hours of a public holiday, such as `10-16`, or `closed`; empty: those of its day of the week."""
    office_exceptions: str = ""
    """Days that are not as usual, such as `2026-12-31 8-16, 2027-01-09 closed`."""
    office_zone: str = "Europe/Moscow"
    """Time zone (IANA) of these hours."""
    callback_dial: str = Field("", pattern=DIAL)
    """Channel on which callers are called back, such as `PJSIP/{number}@trunk`; empty: nobody is.
    `{digits}` is the number without its plus."""
    callback_from: str = Field("88002500890", pattern=r"^\+?[0-9]{3,15}$")
    """The number that they see."""
    callback_tries: int = Field(3, ge=1, le=10)
    """Times that somebody is called back who does not answer."""
    callback_pause_s: int = Field(120, ge=1)
    """Seconds from the first try to the second; five times as long to each further one."""
    callback_rings_s: int = Field(30, ge=5, le=60)
    """Seconds for which it rings."""
    callback_offer_s: int = Field(60, ge=0)
    """Seconds of expected wait from which on a caller is offered to be called back."""

    recording: bool = False
    """Whether calls are recorded, which every caller is told first (docs/recording.md); start the line anew."""
    recording_days: int = Field(30, ge=1, le=3650)
    """Days after that of the call for which a recording is kept; then it is erased."""

    desk_host: str = "127.0.0.1"
    """Address that the web desk listens on."""
    desk_port: int = Field(8080, ge=1, le=65535)
    """TCP port of the web desk."""
    desk_names: str = Field("", pattern=r"^[A-Za-z0-9.:,\[\]-]*$")
    """Names and ports, with commas between them, under which browsers may ask for the desk besides its address:
    `desk.example.ru,desk.example.ru:8443`. What asks for another name is refused (DNS rebinding)."""
    desk_https: bool = False
    """Whether a server in front of the desk speaks HTTPS for it: cookies are then never sent without it."""
    phone_page: Literal["auto", "on", "off"] = "auto"
    """The page `/phone`, from which anybody rings the line who reaches the desk; `auto`: where only this
    machine does (`IVR_DESK_HOST` is on loopback, `IVR_DESK_NAMES` and `IVR_DESK_HTTPS` are not set)."""
    wrong_agent_passwords: int = Field(5, ge=1, le=100)
    """Wrong passwords in a row that lock a login of the desk."""
    agent_locked_min: float = Field(15.0, gt=0)
    """Minutes for which it is locked."""
    shift_h: float = Field(12.0, gt=0, le=168)
    """Hours after which an agent has to sign in at the desk again."""

    speech: bool = True
    """Whether callers may speak; false: every question is put for the keys."""
    speech_host: str = "127.0.0.1"
    """Address on which the speech server (`ivr speech`) listens."""
    speech_port: int = Field(9099, ge=1, le=65535)
    """TCP port of the speech server."""
    speech_server: str = Field("", pattern=r"^$|^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}$")
    """`name:port` of a speech server elsewhere, or of several behind that name; empty: one is run here."""
    speech_model: Path = Path(__file__).resolve().parent / "speech" / "model" / "ru"
    """Folder of the Russian speech model, in Vosk's format."""
    speech_model_en: str = ""
    """Folder of an English speech model; empty: questions in English are put for the keys."""
    speech_streams: int = Field(60, ge=1, le=1000)
    """Callers whom one speech process listens to at once; more are refused, and their line asks for keys."""
    speech_processes: int = Field(1, ge=1, le=64)
    """Speech processes that share the port. One uses all processors: it decodes in threads."""

    sms_gateway: Literal["kept", "kannel"] = "kept"
    """What carries SMS: `kannel`, or `kept`: they stay in the database, and `ivr messages` shows them."""
    sms_number: str = Field("3339", pattern=r"^\+?[0-9]{3,15}$")
    """The line's own number for SMS: they come from it, and subscribers write to it."""
    sms_answers_an_hour: int = Field(5, ge=0)
    """Answers by SMS that one number may get in an hour; new passwords have limits of their own."""
    kannel_url: HttpUrl = HttpUrl("http://127.0.0.1:13013/cgi-bin/sendsms")
    """Kannel's service for sending."""
    kannel_user: str = Field("ivr", pattern="^[A-Za-z0-9_-]+$")
    """User of that service."""
    kannel_password: SecretStr = SecretStr("")
    """Its password: letters, digits, - and _; empty: the file `kannel.password` in `var`."""
    kannel_admin_port: int = Field(13000, ge=1, le=65535)
    """TCP port of Kannel's status page, on loopback."""
    kannel_box_port: int = Field(13001, ge=1, le=65535)
    """TCP port on which Kannel's two programs meet, on loopback."""
    gateway_host: str = "127.0.0.1"
    """Address on which `ivr gateway` hears from SMS and USSD gateways."""
    gateway_port: int = Field(8091, ge=1, le=65535)
    """TCP port of it."""
    gateway_url: str = Field("", pattern="^(https?://[^/?#@ ]+)?$")
    """Where Kannel reaches `ivr gateway`; empty: at that address and port."""
    gateway_secret: SecretStr = SecretStr("")
    """What gateways show us: 32 or more letters, digits, - and _; empty: the file `gateway.secret` in `var`."""
    smtp_host: str = ""
    """Mail server; empty: mail is kept in the database like SMS."""
    smtp_port: int = Field(587, ge=1, le=65535)
    """TCP port of the mail server."""
    smtp_from: str = ""
    """Address that mail comes from; needed with a mail server."""
    smtp_user: str = ""
    """Login at the mail server; empty: it asks for none."""
    smtp_password: SecretStr = SecretStr("")
    """Password of that login."""
    smtp_starttls: bool = True
    """Whether to talk to the mail server behind TLS, and to nobody whose certificate is not in order."""

    @field_validator("office_week", "office_holidays", "office_exceptions", "office_zone")
    @classmethod
    def _hours_that_can_be(cls, text: str, field: ValidationInfo) -> str:
        read: dict[str, Callable[[str], object]] = {
            "office_week": written.week,
            "office_holidays": written.day,
            "office_exceptions": written.exceptions,
            "office_zone": written.zone,
        }
        read[field.field_name or ""](text)
        return text

    def url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.var / 'accounts.db'}"


class BadSetting(ValueError):
    """Settings that cannot be: one line that names each and says why."""


def load(**overrides: Any) -> Settings:
    """The settings in force now. Raises `BadSetting`."""
    try:
        return Settings(**overrides)
    except ValidationError as bad:
        faults = (
            f"IVR_{'_'.join(map(str, e['loc'])).upper().removeprefix('IVR_')}: {e['msg']}" for e in bad.errors()
        )
        raise BadSetting("; ".join(faults)) from None
