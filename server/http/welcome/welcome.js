// The welcome page's behaviour: asks this server for a picture and shows it.

const API_KEY = "gesso.apiKey";
const element = (id) => document.getElementById(id);

/** The start page in the terminal links here with the apiKey behind `#`, which browsers never send. */
function takeApiKeyFromAddress() {
	const match = /^#apiKey=([\w-]+)$/.exec(location.hash);
	if (match === null) return;
	sessionStorage.setItem(API_KEY, match[1]);
	history.replaceState(null, "", location.pathname);
}

function say(text, isFault = false) {
	element("message").textContent = text;
	element("message").classList.toggle("fault", isFault);
}

async function showFacts() {
	const { version, providers } = await (await fetch("/welcome.json")).json();
	element("version").textContent = version;
	const ready = providers.filter(({ status }) => status === "ready");
	const missing = providers.filter(({ status }) => status !== "ready");
	const lines = [
		...ready.map(({ name }) => `${name} is ready`),
		...(missing.length > 0
			? [
					`not configured: ${missing.map(({ name }) => name).join(", ")} (npm run doctor says what is missing)`,
				]
			: []),
	];
	element("providers").replaceChildren(
		...lines.map((line) => {
			const item = document.createElement("li");
			item.textContent = line;
			return item;
		}),
	);
}

/** Says every second how long it has taken. @returns a function that stops it. */
function showProgress() {
	const startedAt = Date.now();
	const tell = () => {
		const seconds = Math.round((Date.now() - startedAt) / 1000);
		say(seconds < 1 ? "Drawing ..." : `Drawing ... ${seconds} s`);
	};
	tell();
	const timer = setInterval(tell, 1000);
	return () => clearInterval(timer);
}

async function draw() {
	const seed = element("seed").value.trim();
	const response = await fetch("/v0/images/generations", {
		method: "POST",
		headers: {
			authorization: `Bearer ${element("api-key").value.trim()}`,
			"content-type": "application/json",
		},
		body: JSON.stringify({
			prompt: element("prompt").value,
			aspectRatio: element("ratio").value,
			...(seed !== "" && { seed: Number(seed) }),
		}),
	});
	const answer = await response.json();
	if (!response.ok) throw new Error(answer.error ?? response.statusText);
	return answer.data;
}

function show(generation) {
	const [image] = generation.data;
	element("image").src = new URL(image.url).pathname;
	element("image").alt = element("prompt").value;
	element("image").width = image.width;
	element("image").height = image.height;
	element("caption").textContent =
		`seed ${image.seed} · ${image.width} × ${image.height} · ${generation.model} · ${generation.usage.credits} credit${generation.usage.credits === 1 ? "" : "s"} · ${image.id}`;
	element("picture").hidden = false;
}

async function submit(event) {
	event.preventDefault();
	sessionStorage.setItem(API_KEY, element("api-key").value.trim());
	element("draw").disabled = true;
	const stopProgress = showProgress();
	try {
		const generation = await draw();
		stopProgress();
		show(generation);
		say(generation.warnings.map(({ message }) => message).join(" "));
	} catch (fault) {
		stopProgress();
		say(fault.message, true);
	} finally {
		element("draw").disabled = false;
	}
}

takeApiKeyFromAddress();
element("api-key").value = sessionStorage.getItem(API_KEY) ?? "";
element("try").addEventListener("submit", submit);
showFacts().catch((fault) => say(fault.message, true));
