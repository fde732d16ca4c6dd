/** What the tests of requests share: a plain form of lines, and catalogues that are made of them. */
import type { Catalogue } from "../engine/catalogues/catalogue.ts";
import type { LineForm, SentPicture } from "../engine/catalogues/line-form.ts";
import type { NewCatalogue } from "../engine/catalogues/new-catalogue.ts";
import type {
	RowWishes,
	WantedAnswer,
} from "../engine/catalogues/row-wishes.ts";
import { invalid } from "../engine/errors.ts";
import type { Principal } from "../engine/generations/request.ts";
import { Base64Of, jsonPieces } from "../net/json-stream.ts";
import {
	atRest,
	bytesOf,
	type CatalogueHouse,
	openCatalogueHouse,
} from "./test-catalogues.ts";
import type { TestEngine } from "./test-engine.ts";

/** A line as the tests write it. */
export interface PlainAsk {
	readonly id?: string;
	readonly ask: {
		readonly prompt: string;
		readonly answer?: WantedAnswer;
		readonly wishes?: RowWishes;
		/** In base64, or links. */
		readonly pictures?: readonly string[];
		/** In base64. */
		readonly masks?: readonly string[];
		readonly unheeded?: readonly string[];
	};
}

/** @param onRead told of every line that is read. */
export function plainForm(
	onRead: (value: PlainAsk) => void = () => {},
): LineForm {
	return {
		name: "plain",
		isLine: (members) => members.get("ask") === "object",
		isPicture: (path) => ["pictures", "masks"].includes(String(path.at(-2))),
		keyOf: (value) => (value as PlainAsk).id,
		readRow: async (_principal, value) => {
			const { ask } = value as PlainAsk;
			onRead(value as PlainAsk);
			if (ask === undefined) throw invalid("ask", "There is no ask.");
			const { prompt, answer = "picture", wishes = {}, masks = [] } = ask;
			return {
				prompt,
				answer,
				wishes,
				pictures: (ask.pictures ?? []).map((picture, index) => {
					const field = `pictures.${index}`;
					return picture.startsWith("http")
						? { kind: "url", field, url: picture }
						: { kind: "base64", field, data: picture };
				}),
				mask: masks
					.map((data) => ({ kind: "base64" as const, field: "mask", data }))
					.at(0),
				unheeded: ask.unheeded ?? [],
			};
		},
		writeRequest: ({ key, prompt, answer, wishes, pictures, mask }) => [
			{
				id: key,
				ask: {
					prompt,
					answer,
					wishes,
					pictures: pictures.map(inBase64),
					masks: mask && [inBase64(mask)],
				},
			},
		],
		writeResult: async ({ writtenKey, status, error }) => ({
			id: writtenKey,
			status,
			error: error?.message ?? null,
		}),
	};
}

function inBase64({ sizeBytes, open }: SentPicture): Base64Of {
	return new Base64Of(sizeBytes, open);
}

export function plainLines(asks: readonly (PlainAsk | string)[]): string {
	return asks
		.map((ask) => `${typeof ask === "string" ? ask : JSON.stringify(ask)}\n`)
		.join("");
}

/** Takes requests in that are drawn quickly where they do not say how. */
export async function takeRequests(
	{ engine }: TestEngine,
	team: Principal,
	requests: string | AsyncIterable<Uint8Array>,
	changes: Omit<Partial<NewCatalogue>, "settings"> & {
		readonly settings?: Partial<NewCatalogue["settings"]>;
	} = {},
): Promise<Catalogue> {
	const bytes = typeof requests === "string" ? bytesOf(requests) : requests;
	return await engine.catalogues.takeIn(team, {
		name: "requests",
		source: { kind: "file", bytes, field: "file" },
		strategy: "direct",
		...changes,
		settings: {
			onMissingPhoto: "fail",
			isAutomatic: false,
			resolution: "low",
			describingModel: "talker",
			...changes.settings,
		},
	});
}

/** @returns the lines as they would be sent. */
export async function writtenLines(
	lines: AsyncIterable<unknown>,
): Promise<string> {
	const pieces: string[] = [];
	for await (const line of lines) {
		for await (const piece of jsonPieces(line).open())
			pieces.push(String(piece));
		pieces.push("\n");
	}
	return pieces.join("");
}

/** A house that knows the plain form and works. */
export async function openRequestHouse(
	...opened: Parameters<typeof openCatalogueHouse>
): Promise<CatalogueHouse> {
	const house = await openCatalogueHouse(...opened);
	house.engine.catalogues.enterForm(plainForm());
	await house.engine.start();
	return house;
}

export function ask(
	id: string,
	prompt: string,
	more: Partial<PlainAsk["ask"]> = {},
): PlainAsk {
	return { id, ask: { prompt, ...more } };
}

/** Begins what waits of a catalogue. @returns it as it is when nothing of it is under way. */
export async function drawn(
	house: TestEngine,
	team: Principal,
	id: string,
): Promise<Catalogue> {
	await house.engine.catalogues.start(team, id);
	return await atRest(house, team, id);
}

export function base64(bytes: Buffer): string {
	return bytes.toString("base64");
}
