"""The samples for Python of the guide that this dialect was made from (S2), as somebody types them in: where Google's client never took a line, in the spelling that it takes."""

import os
import pathlib
import shutil
import tempfile
import time

from google import genai
from google.genai import types

from genai_python_contract import API_KEY, PICTURE, judge, promise, size_of

# Where the server is stands in GOOGLE_GEMINI_BASE_URL: nothing but the key is changed here.
client = genai.Client(api_key=API_KEY)


@promise
def basic_generation():
    """S2-6: the guide's sample of a basic generation."""
    response = client.models.generate_content(
        model="gemini-2.5-flash-image",
        contents=["A sunset over mountains"],
        config=types.GenerateContentConfig(
            response_modalities=["IMAGE"],
            # The guide has aspect_ratio="16:9" here, outside of an image_config.
            image_config=types.ImageConfig(aspect_ratio="16:9"),
        ),
    )

    for part in response.parts:
        if part.inline_data:
            image = part.as_image()
            image.save("output.png")

    assert size_of(pathlib.Path("output.png").read_bytes()) == "1024x576"


@promise
def image_editing():
    """S2-7: the guide's sample of image editing."""
    # Load existing image as Part
    with open("input.png", "rb") as f:
        image_data = f.read()

    image_part = types.Part.from_bytes(
        data=image_data,
        mime_type="image/png",
    )

    response = client.models.generate_content(
        model="gemini-2.5-flash-image",
        contents=[image_part, "Remove the background"],
        config=types.GenerateContentConfig(
            response_modalities=["IMAGE"],
        ),
    )

    [part] = response.parts
    assert size_of(part.inline_data.data) == "1024x439", "in its own shape"


@promise
def multi_turn_chat():
    """S2-8: the guide's sample of a chat of several turns."""
    chat = client.chats.create(model="gemini-2.5-flash-image")

    # First turn: generate
    response1 = chat.send_message(
        "A cozy cabin in the woods",
        config=types.GenerateContentConfig(response_modalities=["IMAGE"]),
    )

    # Second turn: refine
    response2 = chat.send_message(
        "Add snow falling",
        config=types.GenerateContentConfig(response_modalities=["IMAGE"]),
    )

    first, second = (
        part.inline_data.data for each in (response1, response2) for part in each.parts
    )
    assert size_of(first) == size_of(second) and first != second


@promise
def batch_api():
    """S2-10: the guide's sample of a batch."""
    # Create batch request
    batch = client.batches.create(
        model="gemini-2.5-flash-image",
        # In the guide these are requests of types.BatchRequest, which the client never had.
        src=[
            types.InlinedRequest(contents=["prompt 1"]),
            types.InlinedRequest(contents=["prompt 2"]),
            # ...
        ],
    )

    # Check status; the guide leaves out the parameter's name.
    status = client.batches.get(name=batch.name)

    while not status.done:
        time.sleep(0.05)
        status = client.batches.get(name=batch.name)
    assert status.state == types.JobState.JOB_STATE_SUCCEEDED, status.state
    for answer in status.dest.inlined_responses:
        assert any(part.inline_data for part in answer.response.parts)


with tempfile.TemporaryDirectory() as directory:
    shutil.copy(PICTURE, pathlib.Path(directory) / "input.png")
    os.chdir(directory)
    judge()
