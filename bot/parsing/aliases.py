"""Other words for commands: exact ones, which run, and similar ones, which are only suggested."""

#: Words that mean exactly one command.
ALIASES = {
    "list": "status",
    "ls": "status",
    "start": "wake",
    "log": "logs",
    "--help": "help",
    "-help": "help",
    "-h": "help",
    "commands": "help",
    "menu": "help",
    "thank you": "thanks",
    "thx": "thanks",
}
#: An option instead of the words of a command, which asks for its help as in a shell.
HELP_OPTIONS = (["--help"], ["-help"], ["-h"])

#: Words of other tools, for which the most similar verb would be wrong.
SYNONYMS = {
    "boot": "wake",
    "unpause": "wake",
    "resume": "wake",
    "turn on": "wake",
    "switch on": "wake",
    "turn off": "pause",
    "switch off": "pause",
    "shut down": "pause",
    "shutdown": "pause",
    "acknowledge": "ack",
    "reboot": "restart",
    "show": "status",
    "link": "url",
    "new": "create",
    "make": "create",
    "copy": "provision",
    "duplicate": "provision",
    "prices": "hardware",
    "rm": "delete",
    "remove": "delete",
    "silence": "mute",
    "secrets": "secret list",
    "variables": "variable list",
}
