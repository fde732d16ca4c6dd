"""What Google's client for Python is promised of work that is kept: files, batches and interactions."""

import io
import json
import os
import pathlib
import tempfile
import time

from google.genai import errors, types

from genai_python_contract import (
    MODEL,
    PICTURE,
    PICTURE_ALONE,
    WIDE_SIZE,
    client,
    failure,
    last_prompts,
    parts_of,
    promise,
)

ENDED = {"JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED"}


@promise
def files_are_kept():
    """A file of 30 MB goes up in pieces and comes down as it was; files are read, listed, named and deleted."""
    large = os.urandom(30_000_000)
    file = client.files.upload(
        file=io.BytesIO(large),
        config={"mime_type": "application/octet-stream", "display_name": "Large"},
    )
    assert (file.size_bytes, file.display_name) == (30_000_000, "Large"), file
    assert file.state == types.FileState.ACTIVE
    assert client.files.download(file=file.name) == large
    picture = client.files.upload(file=PICTURE, config={"name": "python-picture"})
    assert picture.name == "files/python-picture", picture
    assert client.files.get(name=picture.name) == picture
    with tempfile.TemporaryDirectory() as directory:
        copy = pathlib.Path(directory) / "copy.png"
        client.files.download(file=picture.name, destination=copy)
        assert copy.read_bytes() == PICTURE.read_bytes()
    listed = [each.name for each in client.files.list(config={"page_size": 1})]
    assert listed[:2] == [picture.name, file.name], listed
    empty = client.files.upload(file=io.BytesIO(), config={"mime_type": "text/plain"})
    assert empty.size_bytes == 0
    client.files.delete(name=picture.name)
    gone = failure(errors.ClientError, lambda: client.files.get(name=picture.name))
    assert (gone.code, gone.status) == (403, "PERMISSION_DENIED")


def finished(job):
    while job.state.name not in ENDED:
        time.sleep(0.05)
        job = client.batches.get(name=job.name)
    return job


@promise
def batches_of_requests_are_worked_on():
    """S2-10: requests that come along are answered in their order, the bad one among them by itself."""

    def line(text, key, config=PICTURE_ALONE):
        return types.InlinedRequest(
            contents=text, config=config, metadata={"key": key}
        )

    bad = types.GenerateContentConfig(image_config={"aspect_ratio": "7:5"})
    made = client.batches.create(
        model=MODEL,
        src=[line("a lake", "k1"), line("a sea", "k2", bad), line("a forest", "k3")],
        config={"display_name": "inline"},
    )
    assert made.name.startswith("batches/") and made.display_name == "inline"
    job = finished(made)
    assert job.state == types.JobState.JOB_STATE_SUCCEEDED and job.end_time
    first, second, third = job.dest.inlined_responses
    assert [each.metadata["key"] for each in (first, second, third)] == ["k1", "k2", "k3"]
    assert parts_of(first.response) == parts_of(third.response) == [WIDE_SIZE]
    assert second.response is None and second.error.code == 3, second.error
    assert "7:5" in second.error.message


@promise
def batches_of_a_file_are_worked_on():
    """S2-10: a file of requests is answered in a file, bad lines among good ones; batches are listed, canceled and deleted."""

    def begin(*lines):
        file = client.files.upload(
            file=io.BytesIO("\n".join(lines).encode()),
            config={"mime_type": "jsonl", "display_name": "requests"},
        )
        return client.batches.create(model=MODEL, src=file.name)

    def line(text, key):
        config = {
            "responseModalities": ["IMAGE"],
            "imageConfig": {"aspectRatio": "21:9", "image_size": "512"},
        }
        contents = [{"parts": [{"text": text}]}]
        request = {"contents": contents, "generation_config": config}
        return json.dumps({"key": key, "request": request})

    job = finished(begin(line("a lake", "r1"), '{"key": "r2",', line("a sea", "r3")))
    assert job.state == types.JobState.JOB_STATE_SUCCEEDED
    results = [
        json.loads(each)
        for each in client.files.download(file=job.dest.file_name).splitlines()
    ]
    assert [each.get("key") for each in results][::2] == ["r1", "r3"], results
    assert [("response" in each, "error" in each) for each in results] == [
        (True, False),
        (False, True),
        (True, False),
    ]
    for each in results[::2]:
        answer = types.GenerateContentResponse.model_validate(each["response"])
        assert parts_of(answer) == [WIDE_SIZE]
    produced = client.files.get(name=job.dest.file_name)
    assert produced.source == types.FileSource.GENERATED
    assert client.files.download(file=produced)
    slow = begin(*(line(f"{each} painter-slow-1s", "s") for each in ("a lake", "a sea")))
    client.batches.cancel(name=slow.name)
    assert finished(slow).state == types.JobState.JOB_STATE_CANCELLED
    listed = [each.name for each in client.batches.list(config={"page_size": 1})]
    assert listed[:2] == [slow.name, job.name], listed
    client.batches.delete(name=job.name)
    gone = failure(errors.ClientError, lambda: client.batches.get(name=job.name))
    assert gone.code == 404


@promise
def interactions_go_on():
    """An interaction draws, the next one changes its picture; they are streamed, read, asked in the background and deleted."""
    ask = client.interactions
    wide = {"type": "image", "aspect_ratio": "21:9", "image_size": "512"}
    first = ask.create(
        model=MODEL,
        input="a mountain lake",
        response_modalities=["image"],
        response_format=wide,
    )
    assert first.status == "completed" and first.usage.total_tokens > 0
    assert first.output_image.data
    second = ask.create(
        model=MODEL,
        input="make it snow",
        previous_interaction_id=first.id,
        generation_config={"image_config": {"image_size": "512"}},
    )
    assert second.output_text and second.output_image.data != first.output_image.data
    assert second.previous_interaction_id == first.id
    assert last_prompts(1) == ["make it snow. a mountain lake"], last_prompts(1)
    assert ask.get(first.id).output_image.data == first.output_image.data
    events = [
        event.delta.type if event.event_type == "step.delta" else event.event_type
        for event in ask.create(
            model=MODEL,
            input="a red fox",
            stream=True,
            response_modalities=["text", "image"],
            response_format=wide,
        )
    ]
    assert events == [
        "interaction.created",
        "step.start",
        "text",
        "image",
        "step.stop",
        "interaction.completed",
    ], events
    later = ask.create(model=MODEL, input="a desert painter-slow", background=True)
    assert later.status == "in_progress"
    assert ask.cancel(later.id).status == "cancelled"
    ask.delete(first.id)
    # Its errors are of classes of their own, which have no public name.
    gone = failure(Exception, lambda: ask.get(first.id))
    assert gone.status_code == 404, gone
    bad = failure(
        Exception,
        lambda: ask.create(
            model=MODEL, input="x", response_format={**wide, "aspect_ratio": "7:5"}
        ),
    )
    assert bad.status_code == 400, bad
    assert "response_format.aspect_ratio" in bad.message, bad.message
