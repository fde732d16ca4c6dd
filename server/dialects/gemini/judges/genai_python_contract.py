"""What all promises to Google's client for Python are judged with: the client, and how an answer is looked at."""

import json
import logging
import os
import pathlib
import traceback
import urllib.request
import warnings

from google import genai
from google.genai import types

URL = os.environ["GESSO_URL"]
API_KEY = os.environ["GESSO_API_KEY"]
# Of the shape 21:9.
PICTURE = pathlib.Path(os.environ["GESSO_PICTURE"])

MODEL = "gemini-2.5-flash-image"
SKY = "A night sky"

# Small enough to be painted at once.
WIDE = types.ImageConfig(aspect_ratio="21:9", image_size="512")
WIDE_SIZE = "512x219"
PICTURE_ALONE = types.GenerateContentConfig(
    response_modalities=["IMAGE"], image_config=WIDE
)
BOTH = types.GenerateContentConfig(image_config=WIDE)

# It warns of much that is no fault of the server's.
logging.disable(logging.WARNING)
warnings.simplefilter("ignore")
promises = []


def client_with(api_key, base_url=URL):
    return genai.Client(
        api_key=api_key, http_options=types.HttpOptions(base_url=base_url)
    )


client = client_with(API_KEY)


def promise(check):
    promises.append(check)
    return check


def judge():
    """Prints one line of JSON for each promise."""
    for check in promises:
        try:
            check()
            fault = None
        except BaseException:
            fault = traceback.format_exc()
        print(json.dumps({"name": check.__doc__, "fault": fault}), flush=True)


def size_of(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n", png[:8]
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    return f"{width}x{height}"


def parts_of(answer):
    """Texts as `text`, pictures by their size."""
    return [
        size_of(part.as_image().image_bytes) if part.inline_data else "text"
        for part in answer.parts or []
        if part.inline_data or part.text
    ]


def draw(contents=SKY, config=PICTURE_ALONE, by=client, model=MODEL):
    return by.models.generate_content(model=model, contents=contents, config=config)


def failure(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def last_prompts(limit):
    """Of the library, in the words of the team API; oldest first."""
    asked = urllib.request.Request(
        f"{URL}/v0/images/library?limit={limit}",
        headers={"authorization": f"Bearer {API_KEY}"},
    )
    with urllib.request.urlopen(asked) as answer:
        images = json.load(answer)["data"]["images"]
    return [image["userPrompt"] for image in reversed(images)]
