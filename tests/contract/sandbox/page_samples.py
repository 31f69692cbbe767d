"""Messages in Block Kit: every kind of block that the page draws, and hostile text."""

from typing import Any

Block = dict[str, Any]

STAGES = (
    ":red_circle: *team-{n}* · crashed · `RUNTIME_ERROR`",
    ":zzz: *team-{n}* · asleep since <!date^1790000000^{{time}}|13:33>",
    ":large_yellow_circle: *team-{n}* · building",
    ":large_green_circle: *team-{n}* · <https://ifcore-team-{n}.hf.space|open>",
)
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> <!channel> <!here> <@U0BOT> "
    "<javascript:alert(3)|click me> <https://e.org/\"onclick='alert(4)|safe> "
    "&lt;b&gt;bold&lt;/b&gt; "
    "*<b>fat</b>* \u202eabc\u202c `<i>code</i>` :no_such_emoji: :constructor: " + "x" * 3_000
)


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def section(text: str, **more: Any) -> Block:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str, value: str, **more: Any) -> Block:
    return {
        "type": "button",
        "action_id": f"ask-{value.replace(' ', '-')}",
        "text": plain(text),
        "value": value,
        **more,
    }


def option(text: str, value: str, **more: Any) -> Block:
    return {"text": plain(text), "value": value, **more}


def message(ts: str, blocks: list[Block], text: str = "", **more: Any) -> Block:
    ids = ({"block_id": f"b{at}", **block} for at, block in enumerate(blocks))
    bot = {"user": "U0BOT", "name": "spacebot", "bot": True}
    quiet = {"ephemeral": False, "edited": False, "reply_count": 0, "replies": [], "files": []}
    return {"ts": ts, **bot, "text": text, "blocks": list(ids), **quiet, **more}


def status(ts: str) -> Block:
    lines = [STAGES[n % 4].format(n=n) for n in range(1, 13)]
    score = (
        ":large_green_circle: 3 up · :large_yellow_circle: 3 coming up · :zzz: 3 · :red_circle: 3"
    )
    blocks = [
        {"type": "header", "text": plain("12 Spaces")},
        section(score),
        section("\n".join(lines)),
        {"type": "actions", "elements": [button("Wake all 6", "wake all", style="primary")]},
        {"type": "context", "elements": [mrkdwn("as of <!date^1790000000^{time}|13:33> · UTC")]},
    ]
    return message(ts, blocks, "12 Spaces", ephemeral=True)


def operation(ts: str, done: int = 4) -> Block:
    bar = "█" * done + "░" * (12 - done)
    lines = ":white_check_mark: team-1 · :white_check_mark: team-2\n:hourglass_flowing_sand: team-3"
    blocks = [
        section(f"*Waking 12 Spaces* for <@U0TA01>\n`{bar}` {done} of 12 up"),
        section(lines),
        {"type": "actions", "elements": [button("Stop", "stop 7")]},
    ]
    reply = message(f"{ts}1", [], "<@U0TA01> 12 of 12 are up: all are *well*.")
    return message(ts, blocks, f"Waking 12 Spaces: {done} of 12", reply_count=1, replies=[reply])


def alert(ts: str) -> Block:
    choices = [option("Mute for 1 hour", "mute team-4 for 1h"), option("Why?", "why team-4")]
    menu = {"type": "overflow", "action_id": "more", "options": choices}
    sure = {
        "title": plain("Rebuild team-4?"),
        "text": mrkdwn("It is *down* now; a build takes about *3 minutes*."),
        "confirm": plain("Rebuild"),
        "deny": plain("Keep"),
    }
    rebuild = button("Rebuild", "rebuild team-4", style="danger", confirm=sure)
    restart = button("Restart", "restart team-4", style="primary")
    blocks = [
        section(
            ":red_circle: *team-4 crashed* · 46/60 up\nModuleNotFoundError: No module named 'ifc'"
        ),
        section(
            '```Traceback (most recent call last):\n  File "/app/main.py", line 3\n'
            + "a" * 90
            + "```"
        ),
        {"type": "actions", "block_id": "repair", "elements": [restart, rebuild, menu]},
        {
            "type": "context",
            "elements": [mrkdwn("Sent because it was up and is now `RUNTIME_ERROR`.")],
        },
    ]
    return message(ts, blocks, ":red_circle: team-4 crashed: ModuleNotFoundError")


def question(ts: str) -> Block:
    blocks = [
        section("Did you mean *team-alpha*? Nothing was done."),
        {"type": "actions", "elements": [button("Wake team-alpha", "wake team-alpha")]},
    ]
    return message(ts, blocks, "Did you mean team-alpha?", ephemeral=True)


def gallery(ts: str) -> Block:
    """One of each kind that the other cards do not show."""
    run = [
        {"type": "text", "text": "Rich ", "style": {"bold": True}},
        {"type": "user", "user_id": "U0TA01"},
        {"type": "emoji", "name": "rocket"},
        {"type": "link", "url": "https://example.org/a", "text": "a link"},
        {"type": "text", "text": "code", "style": {"code": True}},
    ]
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": w}]} for w in "ab"]
    rich = [
        {"type": "rich_text_section", "elements": run},
        {"type": "rich_text_list", "style": "ordered", "elements": items},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
    ]
    rows = [
        [{"type": "raw_text", "text": word} for word in row]
        for row in (
            ("Space", "Stage", "Up 7 d"),
            ("team-1", "RUNNING", "99 %"),
            ("team-2", "SLEEPING", "41 %"),
        )
    ]
    select = {
        "type": "static_select",
        "action_id": "pick",
        "placeholder": plain("Choose a Space"),
        "options": [option(f"team-{n}", f"status team-{n}") for n in range(1, 4)],
    }
    blocks = [
        section("*Facts*", fields=[mrkdwn(f"*Field {n}*\nvalue `{n}`") for n in range(1, 5)]),
        section("A section with a select", accessory=select),
        {"type": "divider"},
        {"type": "rich_text", "elements": rich},
        {
            "type": "markdown",
            "text": "## Title\n- one **bold**\n- two [link](https://example.org)\n\n|a|b|\n|-|-|\n|1|2|",
        },
        {"type": "table", "rows": rows},
        {
            "type": "image",
            "image_url": "https://example.org/none.png",
            "alt_text": "a picture that is elsewhere",
        },
        {"type": "file", "external_id": "log-17", "source": "remote"},
        {"type": "hologram"},
        section("> quoted _italic_ ~gone~\nplain <#C0OPS> &amp; <mailto:a@b.org|mail>"),
    ]
    return message(
        ts,
        blocks,
        "gallery",
        files=[{"id": "F1", "name": "build.log", "size": 48_213, "url": "/f/F1"}],
    )


def modal() -> Block:
    """Every input element, one block each."""
    teams = [option(f"team-{n}", f"team-{n}") for n in range(1, 4)]
    private = option("Private", "private", description=plain("Only the organisation sees it"))
    elements = {
        "name": {
            "type": "plain_text_input",
            "action_id": "a",
            "placeholder": plain("team-13"),
            "max_length": 40,
        },
        "notes": {"type": "plain_text_input", "action_id": "a", "multiline": True},
        "template": {"type": "static_select", "action_id": "a", "options": teams},
        "targets": {"type": "multi_static_select", "action_id": "a", "options": teams},
        "checks": {
            "type": "checkboxes",
            "action_id": "a",
            "options": [option("Wake it", "wake"), option("Tell", "tell")],
        },
        "visible": {
            "type": "radio_buttons",
            "action_id": "a",
            "options": [option("Public", "public"), private],
        },
        "files": {"type": "file_input", "action_id": "a", "max_files": 5},
        "owner": {"type": "users_select", "action_id": "a"},
    }
    blocks: list[Block] = [
        {"type": "section", "block_id": "intro", "text": mrkdwn("This makes *one* Space.")}
    ]
    for name, element in elements.items():
        label = plain(name.capitalize())
        blocks.append({"type": "input", "block_id": name, "label": label, "element": element})
    blocks[2]["optional"] = True
    words = {"title": "Create a Space", "submit": "Create", "close": "Cancel"}
    return {"id": "V1", "callback_id": "create", **words, "blocks": blocks, "errors": {}}


def everything() -> list[Block]:
    hostile = message("1790000006.000000", [section(HOSTILE[:3_000])], HOSTILE)
    bare = message("1790000007.000000", [], HOSTILE, user="U0STUD", name="<b>Sam</b>", bot=False)
    return [
        status("1790000001.000000"),
        operation("1790000002.000000"),
        gallery("1790000003.000000"),
        question("1790000004.000000"),
        alert("1790000005.000000"),
        hostile,
        bare,
    ]
