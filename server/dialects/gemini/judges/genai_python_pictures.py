"""What Google's client for Python is promised of models, pictures, words, chats and refusals."""

import asyncio
import os
import pathlib
import tempfile

from google.genai import errors, types

from genai_python_contract import (
    API_KEY,
    BOTH,
    MODEL,
    PICTURE,
    PICTURE_ALONE,
    SKY,
    URL,
    WIDE_SIZE,
    client,
    client_with,
    draw,
    failure,
    last_prompts,
    parts_of,
    promise,
)

TURNS = ["A cozy cabin in the woods", "Make it snow", "Make it night"]


@promise
def models_are_listed_and_read():
    """S2-1, S2-2: models are listed page by page, and read by their names."""
    names = [model.name for model in client.models.list(config={"page_size": 1})]
    assert names == ["models/painter"], names
    for name in (MODEL, "gemini-3-pro-image-preview"):
        model = client.models.get(model=name)
        assert model.name == f"models/{name}"
        assert "generateContent" in model.supported_actions


@promise
def pictures_are_drawn():
    """S2-3, S2-4, S2-6: a picture is drawn in its shape, alone or with words, and the same seed draws it again."""
    answer = draw([SKY])
    assert parts_of(answer) == [WIDE_SIZE]
    assert answer.candidates[0].finish_reason == types.FinishReason.STOP
    assert answer.usage_metadata.total_token_count > 0
    assert answer.model_version == MODEL and answer.response_id
    with tempfile.TemporaryDirectory() as directory:
        output = pathlib.Path(directory) / "output.png"
        answer.parts[0].as_image().save(str(output))
        assert output.read_bytes() == answer.parts[0].inline_data.data
    both = draw(config={"image_config": {"aspectRatio": "3:4", "imageSize": "512"}})
    assert parts_of(both) == ["text", "384x512"], parts_of(both)
    # Also under a prefix.
    first, again, other = (
        draw(config=PICTURE_ALONE.model_copy(update={"seed": seed}), by=by)
        for seed, by in (
            (7, client),
            (7, client_with(API_KEY, f"{URL}/gemini")),
            (-8, client),
        )
    )
    assert first.parts[0].inline_data.data == again.parts[0].inline_data.data
    assert first.parts[0].inline_data.data != other.parts[0].inline_data.data


@promise
def questions_are_answered():
    """S2-3: TEXT alone is answered in words, whole and as they come."""
    config = types.GenerateContentConfig(
        response_modalities=["TEXT"], system_instruction="Be brief", temperature=1
    )
    answer = draw("Who are you?", config, model="painter")
    assert "painter" in answer.text, answer.text
    chunks = client.models.generate_content_stream(
        model="painter", contents="Who are you?", config=config
    )
    assert "".join(chunk.text or "" for chunk in chunks) == answer.text


@promise
def pictures_are_edited():
    """S2-7: a picture is edited, whether it comes as bytes, as a file, or by the file's address."""
    inline = types.Part.from_bytes(data=PICTURE.read_bytes(), mime_type="image/png")
    file = client.files.upload(file=PICTURE)
    uri = types.Part.from_uri(file_uri=file.uri, mime_type=file.mime_type)
    small = {"response_modalities": ["IMAGE"], "image_config": {"image_size": "512"}}
    for picture in (inline, file, uri):
        answer = draw([picture, "Remove the background"], small)
        assert parts_of(answer) == [WIDE_SIZE], "in the shape of the one that came"


@promise
def answers_are_streamed():
    """A stream brings the words, the picture, and one reason why it ends."""
    chunks = list(
        client.models.generate_content_stream(model=MODEL, contents=SKY, config=BOTH)
    )
    assert [part for chunk in chunks for part in parts_of(chunk)] == ["text", WIDE_SIZE]
    reasons = [chunk.candidates[0].finish_reason for chunk in chunks]
    assert [each for each in reasons if each] == [types.FinishReason.STOP], reasons


@promise
def chats_remember_their_pictures():
    """S2-8: three turns draw three pictures, each of the one before, whole and streamed."""
    told = [". ".join([turn, *reversed(TURNS[:at])]) for at, turn in enumerate(TURNS)]
    chat = client.chats.create(model=MODEL)
    drawn = [chat.send_message(turn, config=PICTURE_ALONE) for turn in TURNS]
    assert [parts_of(each) for each in drawn] == [[WIDE_SIZE]] * 3
    roles = [each.role for each in chat.get_history(curated=True)]
    assert roles == ["user", "model"] * 3, "no turn was dropped"
    assert last_prompts(3) == told, last_prompts(3)
    own = types.Part.from_bytes(data=PICTURE.read_bytes(), mime_type="image/png")
    shown = chat.send_message(["In these colours", own], config=PICTURE_ALONE)
    assert parts_of(shown) == [WIDE_SIZE]
    streamed = client.chats.create(model=MODEL, config=BOTH)
    for turn in TURNS:
        chunks = list(streamed.send_message_stream(turn))
        parts = [part for chunk in chunks for part in parts_of(chunk)]
        assert parts == ["text", WIDE_SIZE], parts
    history = streamed.get_history(curated=True)
    assert [each.role for each in history].count("user") == 3
    assert last_prompts(3) == told, last_prompts(3)


@promise
def tokens_are_counted():
    """Tokens are counted, more for a longer text, and for a picture."""
    picture = types.Part.from_bytes(data=PICTURE.read_bytes(), mime_type="image/png")
    few, many, most = (
        client.models.count_tokens(model=MODEL, contents=contents).total_tokens
        for contents in ("A fox", "A fox " * 50, ["A fox " * 50, picture])
    )
    assert 0 < few < many < most


def violated_field(error):
    details = error.details["error"]["details"]
    [found] = [each for each in details if each["@type"].endswith("BadRequest")]
    return found["fieldViolations"][0]["field"]


def reason_of(error):
    details = error.details["error"]["details"]
    return [each["reason"] for each in details if "reason" in each][0]


@promise
def errors_have_their_classes():
    """S2-11: what is refused is of the class that its status means, and says which fault it is."""
    bad = failure(
        errors.ClientError,
        lambda: draw(config={"image_config": {"aspect_ratio": "17:4"}}),
    )
    assert (bad.code, bad.status) == (400, "INVALID_ARGUMENT"), bad
    assert violated_field(bad) == "generation_config.image_config.aspect_ratio"
    stranger = failure(errors.ClientError, lambda: draw(by=client_with("nonsense")))
    assert (stranger.code, reason_of(stranger)) == (400, "API_KEY_INVALID"), stranger
    for ask in (
        lambda: draw(model="nobody-knows-me"),
        lambda: list(
            client.models.generate_content_stream(
                model="nobody-knows-me", contents=SKY
            )
        ),
        lambda: client.models.get(model="nobody-knows-me"),
    ):
        unknown = failure(errors.ClientError, ask)
        assert (unknown.code, unknown.status) == (404, "NOT_FOUND"), unknown
    without_credits = client_with(os.environ["GESSO_POOR_API_KEY"])
    poor = failure(errors.ClientError, lambda: draw(by=without_credits))
    assert (poor.code, poor.status) == (429, "RESOURCE_EXHAUSTED"), poor
    assert reason_of(poor) == "RESOURCE_EXHAUSTED"
    # It may ask once a minute.
    limited = client_with(os.environ["GESSO_LIMITED_API_KEY"])
    draw(by=limited)
    hasty = failure(errors.ClientError, lambda: draw(by=limited))
    assert (hasty.code, reason_of(hasty)) == (429, "RATE_LIMITED"), hasty
    cache = lambda: client.caches.create(model=MODEL, config={"contents": SKY})
    lacking = failure(errors.ServerError, cache)
    assert (lacking.code, lacking.status) == (501, "UNIMPLEMENTED"), lacking
    assert list(client.caches.list()) == []
    blocked = draw("painter-block")
    assert blocked.prompt_feedback.block_reason == types.BlockedReason.SAFETY
    assert blocked.candidates is None and blocked.parts is None


@promise
def it_goes_without_waiting():
    """The asynchronous client draws several pictures at once, streams, chats, and moves files."""

    async def ask():
        async with client.aio as eager:
            drawn = await asyncio.gather(
                *(
                    eager.models.generate_content(
                        model=MODEL, contents=SKY, config=PICTURE_ALONE
                    )
                    for _ in range(2)
                )
            )
            stream = await eager.models.generate_content_stream(
                model=MODEL, contents=SKY, config=BOTH
            )
            streamed = [part async for chunk in stream for part in parts_of(chunk)]
            chat = eager.chats.create(model=MODEL, config=PICTURE_ALONE)
            said = [await chat.send_message(turn) for turn in TURNS[:2]]
            file = await eager.files.upload(file=PICTURE)
            content = await eager.files.download(file=file.name)
            return drawn, streamed, said, content

    drawn, streamed, said, content = asyncio.run(ask())
    assert [parts_of(each) for each in drawn + said] == [[WIDE_SIZE]] * 4
    assert streamed == ["text", WIDE_SIZE]
    assert content == PICTURE.read_bytes()
