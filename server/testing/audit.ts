/** Holds what a database says of teams, generations, credits and pictures against each other and against storage, and names every contradiction. */
import { createHash } from "node:crypto";
import type { Selectable } from "kysely";
import type { Queries } from "../db/database.ts";
import type {
	GenerationsTable,
	ImagesTable,
	LedgerEntriesTable,
} from "../db/schema.ts";
import type { Storage } from "../storage/storage.ts";

/** There may be more pictures than files can be open. */
const FILES_AT_ONCE = 256;

interface Books {
	readonly queries: Queries;
	readonly storage: Storage;
}

/**
 * To be called when nothing is under way and no picture was ever deleted.
 * @param teamIds whose affairs are looked into.
 * @returns a sentence for each fault; none when all is well.
 */
export async function audit(
	{ queries, storage }: Books,
	teamIds: readonly string[],
): Promise<string[]> {
	const of = (table: "ledger_entries" | "generations" | "images") =>
		queries.selectFrom(table).selectAll().where("team_id", "in", teamIds);
	const entries = (await of("ledger_entries").execute()) as LedgerEntry[];
	const generations = (await of("generations").execute()) as Generation[];
	const images = (await of("images").execute()) as Image[];
	const teams = await queries
		.selectFrom("teams")
		.selectAll()
		.where("id", "in", teamIds)
		.execute();
	const faults: string[] = [];
	for (const team of teams) {
		const sum = total(entries.filter(({ team_id }) => team_id === team.id));
		if (sum !== team.balance_credits)
			faults.push(
				`${team.id} has ${team.balance_credits} credits, its entries say ${sum}`,
			);
		if (sum < 0) faults.push(`${team.id} has ${sum} credits`);
	}
	const entriesOf = Map.groupBy(entries, (entry) => entry.generation_id);
	const imagesOf = Map.groupBy(images, (image) => image.generation_id);
	for (const generation of generations) {
		const { id } = generation;
		const own = imagesOf.get(id) ?? [];
		for (const fault of [
			...auditEnding(generation, own),
			...auditPrice(generation, own, entriesOf.get(id) ?? []),
		])
			faults.push(`${id} ${fault}`);
		entriesOf.delete(id);
		imagesOf.delete(id);
	}
	entriesOf.delete(null);
	for (const id of [...entriesOf.keys(), ...imagesOf.keys()])
		faults.push(`there is no generation ${id}, but an entry or image of it`);
	for (let first = 0; first < images.length; first += FILES_AT_ONCE) {
		const some = images.slice(first, first + FILES_AT_ONCE);
		const looked = some.map((image) => auditBytes(storage, image));
		faults.push(...(await Promise.all(looked)).flat());
	}
	return faults;
}

type Generation = Selectable<GenerationsTable>;
type Image = Selectable<ImagesTable>;
type LedgerEntry = Selectable<LedgerEntriesTable>;

function total(entries: readonly LedgerEntry[]): number {
	return entries.reduce((sum, { credits }) => sum + credits, 0);
}

function auditEnding(
	generation: Generation,
	images: readonly Image[],
): string[] {
	const { status, ended_at, claim_token, slots, count } = generation;
	const faults: string[] = [];
	if (ended_at === null || status === "queued" || status === "active")
		faults.push(`is still ${status}`);
	if (claim_token !== null || slots !== 0) faults.push("is still claimed");
	if (status === "completed" && images.length === 0)
		faults.push("is completed without a picture");
	if (status === "failed" && images.length > 0)
		faults.push("failed with pictures");
	if ((status === "failed") !== (generation.error_code !== null))
		if (status !== "canceled") faults.push(`is ${status} with the wrong error`);
	const positions = new Set(images.map(({ position }) => position));
	if (positions.size !== images.length)
		faults.push("has two pictures at one position");
	if ([...positions].some((position) => position < 0 || position >= count))
		faults.push("has a picture nobody asked for");
	return faults;
}

function auditPrice(
	generation: Generation,
	images: readonly Image[],
	entries: readonly LedgerEntry[],
): string[] {
	const faults: string[] = [];
	const { count, price_per_image_credits: price } = generation;
	const creditsFor = (pictures: number) =>
		pictures * price + Math.min(pictures, generation.dearer_images);
	const charges = entries.filter(({ kind }) => kind === "charge");
	const refunds = entries.filter(({ kind }) => kind === "refund");
	if (charges.length !== 1) faults.push(`has ${charges.length} charges`);
	if (refunds.length > 1) faults.push(`has ${refunds.length} refunds`);
	if (total(charges) !== -creditsFor(count))
		faults.push(`was charged ${-total(charges)} for ${count} at ${price}`);
	if (total(refunds) !== generation.refunded_credits)
		faults.push("says another refund than its entry");
	if (-total(entries) !== creditsFor(images.length))
		faults.push(
			`cost ${-total(entries)} for ${images.length} pictures at ${price}`,
		);
	return faults;
}

async function auditBytes(storage: Storage, image: Image): Promise<string[]> {
	const object = await storage.open(image.storage_key);
	if (object === null) return [`the bytes of ${image.id} are gone`];
	const hash = createHash("sha256");
	for await (const chunk of object.stream) hash.update(chunk);
	return hash.digest("hex") === image.sha256
		? []
		: [`the bytes of ${image.id} are other ones`];
}
