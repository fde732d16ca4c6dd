/** What the tests of catalogues share: a house that describes and draws, a shop with photos, and tables in CSV. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type {
	Catalogue,
	CatalogueRow,
} from "../engine/catalogues/catalogue.ts";
import type { NewCatalogue } from "../engine/catalogues/new-catalogue.ts";
import type { Principal } from "../engine/generations/request.ts";
import { audit } from "./audit.ts";
import { plainPng, scriptedModel } from "./scripted-provider.ts";
import {
	createScriptedTalker,
	type ScriptedTalker,
	saying,
	talkingModel,
} from "./scripted-talker.ts";
import {
	openTestEngine,
	type TestEngine,
	type TestEngineOptions,
} from "./test-engine.ts";
import { waitUntil } from "./wait-until.ts";

export interface CatalogueHouse extends TestEngine {
	readonly talker: ScriptedTalker;
}

/** A house whose talker says of everything what it was asked, and `Described: ` before it. */
export async function openCatalogueHouse(
	t: Pick<TestContext, "after">,
	options: TestEngineOptions & { readonly talker?: ScriptedTalker } = {},
): Promise<CatalogueHouse> {
	const { talker = createScriptedTalker(), ...rest } = options;
	talker.say = ({ turns }) => {
		const text = turns
			.flatMap(({ parts }) => parts)
			.map((part) => (part.kind === "text" ? part.text : ""))
			.join("");
		return saying("Described: ", text);
	};
	const house = await openTestEngine(t, {
		otherProviders: [talker],
		models: [scriptedModel(), talkingModel()],
		...rest,
		environment: { GESSO_LEASE_MS: "300", ...rest.environment },
	});
	return { ...house, talker };
}

/** `SKU,Title` and a row for each title. */
export function titlesCsv(titles: readonly string[]): string {
	const rows = titles.map((title, index) => `S${index + 1},${title}\n`);
	return `SKU,Title\n${rows.join("")}`;
}

export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
	yield Buffer.from(text);
}

/** Takes a table in that is drawn as its titles say. */
export async function takeIn(
	{ engine }: TestEngine,
	team: Principal,
	csv: string,
	changes: Omit<Partial<NewCatalogue>, "settings"> & {
		readonly settings?: Partial<NewCatalogue["settings"]>;
	} = {},
): Promise<Catalogue> {
	return await engine.catalogues.takeIn(team, {
		name: "spring",
		source: { kind: "file", bytes: bytesOf(csv), field: "file" },
		choice: {
			kind: "template",
			template: "A picture of {{Title}}",
			keyColumn: "SKU",
		},
		strategy: "direct",
		...changes,
		settings: {
			maxPhotos: 1,
			onMissingPhoto: "fail",
			isAutomatic: false,
			size: { width: 64, height: 64 },
			describingModel: "talker",
			...changes.settings,
		},
	});
}

/** Waits until nothing of a catalogue is under way. */
export async function atRest(
	{ engine }: Pick<TestEngine, "engine">,
	team: Principal,
	id: string,
): Promise<Catalogue> {
	return await waitUntil(async () => {
		const catalogue = await engine.catalogues.get(team, id);
		const isUnderWay = ["working", "paused", "canceling"].includes(
			catalogue.status,
		);
		return !isUnderWay && catalogue;
	});
}

export async function rowsIn(
	{ engine }: Pick<TestEngine, "engine">,
	team: Principal,
	id: string,
): Promise<CatalogueRow[]> {
	return await collected(engine.catalogues.allRows(team, id));
}

export async function collected<T>(values: AsyncIterable<T>): Promise<T[]> {
	const all: T[] = [];
	for await (const value of values) all.push(value);
	return all;
}

/** Whether a process is at work on a batch, ours or a vendor's: the clock must not run away from its lease. */
export async function isAnyStepTaken({
	dependencies,
}: Pick<TestEngine, "dependencies">): Promise<boolean> {
	for (const table of ["vendor_batches", "batches"] as const) {
		const taken = await dependencies.database.queries
			.selectFrom(table)
			.select("id")
			.where("claim_token", "is not", null)
			.where("ended_at", "is", null)
			.limit(1)
			.executeTakeFirst();
		if (taken !== undefined) return true;
	}
	return false;
}

/** @returns whatever the books have wrong. Entries of answers in words belong to no generation. */
export async function faultsIn(
	{ dependencies }: TestEngine,
	team: Principal,
): Promise<string[]> {
	const { database, storage } = dependencies;
	const books = { queries: database.queries, storage };
	const faults = await audit(books, [team.teamId]);
	return faults.filter((fault) => !fault.includes("no generation reply_"));
}

/** Credits that a team has paid, less what it got back. */
export async function creditsSpent(
	{ engine }: TestEngine,
	team: Principal,
): Promise<number> {
	const { charged, refunded } = await engine.creditSums(team);
	return charged - refunded;
}

/** A shop on this machine with a photo under every name that does not begin with `no`. @returns its `host:port`. */
export async function openPhotoShop(
	t: Pick<TestContext, "after">,
	onRequest: (path: string) => void = () => {},
): Promise<string> {
	const photo = await plainPng({ width: 40, height: 30 }, "photo");
	const server = createServer((request, response) => {
		onRequest(request.url ?? "");
		if (request.url?.startsWith("/no")) response.statusCode = 404;
		response.setHeader("content-type", "image/jpeg");
		response.end(response.statusCode === 404 ? "" : photo);
	});
	await new Promise<void>((resolve) =>
		server.listen(0, "127.0.0.1", () => resolve()),
	);
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
