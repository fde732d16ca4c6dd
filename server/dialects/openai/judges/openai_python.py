"""Puts OpenAI's own client for Python through what this server promises (S3-1), and prints one line of JSON for each promise."""

import asyncio
import base64
import io
import json
import os
import pathlib
import tempfile
import time
import traceback
import urllib.request

import openai

URL = os.environ["GESSO_URL"]
API_KEY = os.environ["GESSO_API_KEY"]
# A picture to send along, and one of the same size that is transparent.
PICTURE = pathlib.Path(os.environ["GESSO_PICTURE"])
MASK = pathlib.Path(os.environ["GESSO_MASK"])
# Of another server, where pictures are switched off.
OFF_URL = os.environ["GESSO_OFF_URL"]
OFF_API_KEY = os.environ["GESSO_OFF_API_KEY"]

SKY = "Paint a night sky"
SMALL = "128x96"

client = openai.OpenAI(base_url=f"{URL}/v1", api_key=API_KEY, max_retries=0)
promises = []


def promise(check):
    promises.append(check)
    return check


def size_of(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n", png[:8]
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    return f"{width}x{height}"


def decoded(text):
    return base64.b64decode(text.split(",")[-1], validate=True)


def download(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def failure(kind, call):
    try:
        call()
    except kind as error:
        assert error.request_id, "there is no request id"
        return error
    raise AssertionError(f"no {kind.__name__}")


@promise
def models_are_listed_and_read():
    """S3-3, S3-12: models are listed, and read by their names."""
    names = [model.id for model in client.models.list()]
    assert "painter" in names, names
    assert client.models.retrieve("painter").object == "model"
    error = failure(
        openai.NotFoundError, lambda: client.models.retrieve("nobody/knows-me")
    )
    assert error.code == "model_not_found", error.code


@promise
def pictures_are_drawn():
    """S3-6, S3-25: pictures are drawn, and come as a URL, as base64, or as both."""
    answer = client.images.generate(prompt=SKY, size=SMALL, n=2)
    assert len(answer.data) == 2
    for picture in answer.data:
        assert size_of(decoded(picture.b64_json)) == SMALL
        assert download(picture.url) == decoded(picture.b64_json)
    assert answer._request_id and abs(answer.created - time.time()) < 600
    link = client.images.generate(prompt=SKY, size=SMALL, response_format="url")
    assert link.data[0].b64_json is None
    assert size_of(download(link.data[0].url)) == SMALL
    extra = {"seed": 7, "conversation_id": None}
    seeded = [
        client.images.generate(
            model="painter",
            prompt=SKY,
            size=SMALL,
            response_format="b64_json",
            extra_body=extra,
        ).data[0]
        for _ in range(2)
    ]
    assert seeded[0].url is None
    assert seeded[0].b64_json == seeded[1].b64_json


@promise
def pictures_are_edited():
    """X24: bytes, buffers, paths, open files and lists of them are edited, with a mask and without."""
    content = PICTURE.read_bytes()
    with PICTURE.open("rb") as opened:
        for image in (
            content,
            io.BytesIO(content),
            PICTURE,
            opened,
            ("named.png", content, "image/png"),
            [PICTURE, io.BytesIO(content)],
        ):
            answer = client.images.edit(image=image, prompt=SKY, size=SMALL)
            assert size_of(decoded(answer.data[0].b64_json)) == SMALL
    masked = client.images.edit(
        image=PICTURE, mask=MASK.read_bytes(), prompt=SKY, size=SMALL, n=2
    )
    assert len(masked.data) == 2
    varied = client.images.create_variation(image=content, size=SMALL)
    assert size_of(decoded(varied.data[0].b64_json)) == SMALL


@promise
def pictures_are_streamed():
    """Unfinished pictures come on the way to the finished one, of a generation and of an edit."""
    ask = {"prompt": SKY, "size": "256x256", "stream": True, "partial_images": 1}
    drawn = [event for event in client.images.generate(**ask)]
    assert [event.type for event in drawn] == [
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    assert size_of(decoded(drawn[-1].b64_json)) == "256x256"
    edited = [event.type for event in client.images.edit(image=PICTURE, **ask)]
    assert edited == ["image_edit.partial_image", "image_edit.completed"], edited


@promise
def chats_are_answered():
    """S3-5, S3-14: a chat is answered in words or with a picture, whole or as it comes."""
    messages = [{"role": "user", "content": "Who are you?"}]
    whole = client.chat.completions.create(
        model="painter", messages=messages, max_tokens=1_000
    )
    assert "painter" in whole.choices[0].message.content
    assert whole.usage.total_tokens > 0
    chunks = client.chat.completions.create(
        model="painter", messages=messages, stream=True
    )
    text = "".join(
        chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices
    )
    assert text == whole.choices[0].message.content
    drawn = client.chat.completions.create(
        model="painter",
        messages=[{"role": "user", "content": SKY}],
        extra_body={"image_config": {"image_size": "512"}},
    )
    picture = drawn.choices[0].message.images[0]["image_url"]["url"]
    assert size_of(decoded(picture)) == "512x512"


@promise
def conversations_remember():
    """S3-4, S3-7 to S3-9, S3-26: a conversation remembers messages and pictures, and is deleted."""
    conversation = client.conversations.create(
        metadata={"topic": "skies"},
        items=[{"type": "message", "role": "user", "content": "Hello"}],
    )
    client.chat.completions.create(
        model="painter",
        messages=[{"role": "user", "content": "Who are you?"}],
        extra_body={"conversation": {"id": conversation.id}},
    )
    client.images.generate(
        prompt=SKY,
        size=SMALL,
        response_format="url",
        extra_body={"conversation_id": conversation.id, "store": True},
    )
    items = list(
        client.conversations.items.list(
            conversation.id, order="asc", limit=2, include=["message.input_image.image_url"]
        )
    )
    assert [item.type for item in items] == ["message"] * 4 + ["image_generation_call"]
    assert items[0].content[0].text == "Hello"
    assert items[2].role == "assistant" and "painter" in items[2].content[0].text
    assert items[4].status == "completed"
    one = client.conversations.items.retrieve(
        items[0].id, conversation_id=conversation.id
    )
    assert one.content[0].text == "Hello"
    left = client.conversations.items.delete(
        items[0].id, conversation_id=conversation.id
    )
    assert left.id == conversation.id
    changed = client.conversations.update(conversation.id, metadata={"topic": "seas"})
    assert changed.metadata == {"topic": "seas"}
    assert client.conversations.delete(conversation.id).deleted
    failure(
        openai.NotFoundError, lambda: client.conversations.retrieve(conversation.id)
    )


@promise
def responses_are_made():
    """A response is a message, or a picture when there is the tool for it, whole or as it comes."""
    said = client.responses.create(model="painter", input="Who are you?")
    assert "painter" in said.output_text and said.status == "completed"
    ask = {
        "model": "painter",
        "input": SKY,
        "tools": [{"type": "image_generation", "size": SMALL}],
    }
    calls = [
        item
        for item in client.responses.create(**ask).output
        if item.type == "image_generation_call"
    ]
    assert [size_of(decoded(call.result)) for call in calls] == [SMALL]
    with client.responses.stream(**ask) as stream:
        types = {event.type for event in stream}
        final = stream.get_final_response()
    assert "response.image_generation_call.generating" in types, types
    assert [item.type for item in final.output] == ["image_generation_call", "message"]


@promise
def responses_are_gone_on_from():
    """A response is kept: the next one names it, and it is retrieved and deleted."""
    tools = [{"type": "image_generation", "size": SMALL}]
    first = client.responses.create(model="painter", input=SKY, tools=tools)
    second = client.responses.create(
        model="painter",
        input="Make it snow",
        tools=tools,
        previous_response_id=first.id,
    )
    assert second.previous_response_id == first.id
    results = [response.output[0].result for response in (first, second)]
    assert [size_of(decoded(result)) for result in results] == [SMALL] * 2
    assert results[0] != results[1]
    assert client.responses.retrieve(second.id).output[0].result == results[1]
    [asked] = client.responses.input_items.list(second.id).data
    assert asked.content[0].text == "Make it snow"
    client.responses.delete(second.id)
    failure(openai.NotFoundError, lambda: client.responses.retrieve(second.id))


@promise
def files_are_kept():
    """A file is uploaded, listed, read and deleted."""
    file = client.files.create(
        file=("requests.jsonl", b'{"a":1}\n'),
        purpose="batch",
        expires_after={"anchor": "created_at", "seconds": 3_600},
    )
    assert file.expires_at == file.created_at + 3_600
    other = client.files.create(file=PICTURE, purpose="vision")
    assert {file.id, other.id} <= {each.id for each in client.files.list(limit=1)}
    assert client.files.retrieve(file.id) == file
    assert client.files.content(file.id).read() == b'{"a":1}\n'
    with tempfile.TemporaryDirectory() as directory:
        copy = pathlib.Path(directory) / "copy.png"
        with client.files.with_streaming_response.content(other.id) as answer:
            answer.stream_to_file(copy)
        assert copy.read_bytes() == PICTURE.read_bytes()
    assert client.files.delete(file.id).deleted
    failure(openai.NotFoundError, lambda: client.files.retrieve(file.id))


@promise
def batches_are_worked_on():
    """A file of requests is worked on to its end, or cancelled."""

    def begin(*prompts):
        lines = [
            json.dumps(
                {
                    "custom_id": f"r{index}",
                    "method": "POST",
                    "url": "/v1/images/generations",
                    "body": {"prompt": prompt, "size": SMALL},
                }
            )
            for index, prompt in enumerate(prompts)
        ]
        file = client.files.create(
            file=("requests.jsonl", "\n".join(lines).encode()), purpose="batch"
        )
        return client.batches.create(
            input_file_id=file.id,
            endpoint="/v1/images/generations",
            completion_window="24h",
        )

    def ended(batch):
        while batch.status in ("validating", "in_progress", "finalizing", "cancelling"):
            time.sleep(0.05)
            batch = client.batches.retrieve(batch.id)
        return batch

    def lines_of(file_id):
        text = client.files.content(file_id).text
        return [json.loads(line) for line in text.splitlines()]

    batch = ended(begin(SKY, "painter-block"))
    assert batch.status == "completed", batch
    assert batch.request_counts.completed == batch.request_counts.failed == 1
    [drawn] = lines_of(batch.output_file_id)
    assert drawn["custom_id"] == "r0"
    picture = drawn["response"]["body"]["data"][0]["b64_json"]
    assert size_of(decoded(picture)) == SMALL
    [blocked] = lines_of(batch.error_file_id)
    assert blocked["response"]["status_code"] == 400, blocked
    slow = begin("a lake painter-slow-1s", "a sea painter-slow-1s")
    assert client.batches.cancel(slow.id).status in ("cancelling", "cancelled")
    assert ended(slow).status == "cancelled"
    assert [each.id for each in client.batches.list(limit=1)] == [slow.id, batch.id]


@promise
def errors_have_their_classes():
    """S3-28 to S3-32: an error is of the class that its status means, and is not tried again where that does not help."""
    patient = client.with_options(max_retries=2)
    bad = failure(
        openai.BadRequestError,
        lambda: patient.images.generate(prompt=SKY, size="enormous"),
    )
    assert (bad.param, bad.code) == ("size", "invalid_value"), bad
    assert bad.type == "invalid_request_error"
    stranger = client.with_options(api_key="sk-img-nobody")
    wrong = failure(openai.AuthenticationError, stranger.models.list)
    assert wrong.code == "invalid_api_key"
    blocked = failure(
        openai.BadRequestError,
        lambda: patient.images.generate(prompt="painter-block", size=SMALL),
    )
    assert blocked.code == "content_policy_violation"
    off = patient.with_options(base_url=f"{OFF_URL}/v1", api_key=OFF_API_KEY)
    disabled = failure(
        openai.InternalServerError, lambda: off.images.generate(prompt=SKY)
    )
    assert disabled.status_code == 501
    assert disabled.response.request.headers["x-stainless-retry-count"] == "0"
    try:
        for _ in client.images.generate(
            prompt="painter-block", size=SMALL, stream=True
        ):
            raise AssertionError("an event came")
    except openai.APIError as error:
        assert error.code == "content_policy_violation", error


@promise
def it_goes_without_waiting():
    """The asynchronous client draws and streams as well, several pictures at once."""

    async def draw():
        async with openai.AsyncOpenAI(
            base_url=f"{URL}/v1", api_key=API_KEY, max_retries=0
        ) as eager:
            answers = await asyncio.gather(
                *(eager.images.generate(prompt=SKY, size=SMALL) for _ in range(3))
            )
            stream = await eager.images.generate(prompt=SKY, size=SMALL, stream=True)
            return answers, [event.type async for event in stream]

    answers, types = asyncio.run(draw())
    assert [size_of(decoded(each.data[0].b64_json)) for each in answers] == [SMALL] * 3
    assert types == ["image_generation.completed"]


for check in promises:
    try:
        check()
        fault = None
    except BaseException:
        fault = traceback.format_exc()
    print(json.dumps({"name": check.__doc__, "fault": fault}), flush=True)
