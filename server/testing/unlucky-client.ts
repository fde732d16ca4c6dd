/** A client of the team API whose server is killed again and again: it keeps asking, repeats what was not answered, and remembers every answer. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Address, type Answer, askServer } from "./ask-server.ts";

/** One wish, sent until it is answered when it has an idempotencyKey. */
interface Wish {
	readonly body: Readonly<Record<string, unknown>>;
	readonly isAsync: boolean;
	readonly idempotencyKey: string | null;
}

const SHAPES = ["8:1", "1:8", "4:1", "1:4"];
const PROMPTS = [
	"a lake at dawn",
	"mountains in fog",
	"the moon over the sea",
	"red hills",
];
/** More than these it does not ask for before it has seen some end. */
const MAX_WAITING = 3;

export class UnluckyClient {
	readonly #name: string;
	readonly #random: () => number;
	readonly #unanswered: Wish[] = [];
	readonly #answered: { wish: Wish; id: string }[] = [];
	/** Of generations it was told of and that it has not seen the end of. */
	readonly #waiting: string[] = [];
	#wishes = 0;
	/** Ids of generations the server acknowledged. */
	readonly generations = new Set<string>();
	/** Ids of images the server acknowledged. */
	readonly images = new Set<string>();
	/** Prompts that were sent under an idempotencyKey of their own. */
	readonly oncePrompts: string[] = [];
	/** What the server should not have said. */
	readonly complaints: string[] = [];

	constructor(name: string, random: () => number) {
		this.#name = name;
		this.#random = random;
	}

	/** Asks for pictures until it is over, whether the server lives or not. */
	async pester(address: Address, isOver: () => boolean): Promise<void> {
		while (!isOver()) {
			try {
				await this.#askOnce(address);
			} catch {
				// The server is dead. What has an idempotencyKey is asked again.
				await sleep(20);
			}
			await sleep(this.#random() * 30);
		}
	}

	/** Sends everything again that was never answered. */
	async insist(address: Address): Promise<void> {
		for (const wish of this.#unanswered.splice(0))
			await this.#send(address, wish);
	}

	async #askOnce(address: Address): Promise<void> {
		if (this.#waiting.length >= MAX_WAITING) return await this.#poll(address);
		const chance = this.#random();
		const repeated =
			chance < 0.1
				? this.#answered[Math.floor(this.#random() * this.#answered.length)]
				: undefined;
		await this.#send(
			address,
			this.#unanswered.shift() ?? repeated?.wish ?? this.#newWish(),
		);
	}

	#newWish(): Wish {
		const pick = <T>(choices: readonly T[]): T =>
			choices[Math.floor(this.#random() * choices.length)] as T;
		const idempotencyKey =
			this.#random() < 0.6 ? `${this.#name} ${this.#wishes}` : null;
		const isSlow = this.#random() < 0.06;
		const prompt = `${pick(PROMPTS)}, ${this.#name} ${this.#wishes++}${isSlow ? " painter-slow-1s" : ""}`;
		if (idempotencyKey !== null) this.oncePrompts.push(prompt);
		return {
			body: {
				prompt,
				resolution: "low",
				aspectRatio: pick(SHAPES),
				sampleCount: this.#random() < 0.2 ? 3 : 1,
				...(this.#random() < 0.5 && { seed: Math.floor(this.#random() * 9) }),
			},
			isAsync: this.#random() < 0.6,
			idempotencyKey,
		};
	}

	async #send(address: Address, wish: Wish): Promise<void> {
		let answer: Answer;
		try {
			answer = await askServer(
				address,
				`/images/generations${wish.isAsync ? "?async=true" : ""}`,
				wish,
			);
		} catch (error) {
			if (wish.idempotencyKey !== null) this.#unanswered.push(wish);
			throw error;
		}
		// A generation may have been given up after its processes died too often; then the error names it.
		const id = answer.body.data?.id ?? answer.body.jobId;
		if (typeof id !== "string") {
			this.complaints.push(`${answer.status} ${JSON.stringify(answer.body)}`);
			return;
		}
		for (const before of this.#answered)
			if (before.wish === wish && before.id !== id)
				this.complaints.push(`${before.id} and ${id} for one Idempotency-Key`);
		if (wish.idempotencyKey !== null) this.#answered.push({ wish, id });
		this.#note(id, answer);
	}

	async #poll(address: Address): Promise<void> {
		const [id = ""] = this.#waiting;
		const answer = await askServer(address, `/images/generations/${id}`);
		this.#waiting.shift();
		if (answer.status === 200) this.#note(id, answer);
		else this.complaints.push(`${answer.status} for ${id}, which was promised`);
	}

	#note(id: string, { body }: Answer): void {
		this.generations.add(id);
		const { status, data = [] } = body.data ?? {};
		if (status === "queued" || status === "active") this.#waiting.push(id);
		for (const image of data) this.images.add(image.id);
	}
}
