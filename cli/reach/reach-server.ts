/** Finds the server that a command is for: the one that is named, the one that runs here, or one that it starts for itself. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GessoClient } from "@gesso/client";
import { GessoError } from "@gesso/client/gesso-error";
import type { Context } from "../command-line/command.ts";
import type { Option } from "../command-line/options.ts";
import { Leaving, Refusal } from "../command-line/refusal.ts";
import { startOwnServer } from "./own-server.ts";

/** What every command that asks a server takes. */
export const SERVER_OPTIONS = {
	server: {
		kind: "text",
		value: "URL",
		group: "Server",
		meaning:
			"Where Gesso runs (GESSO_URL); http://localhost:8000 when left out",
	},
	"api-key": {
		kind: "text",
		value: "KEY",
		group: "Server",
		meaning: "The team's apiKey (GESSO_API_KEY)",
	},
} as const satisfies Readonly<Record<string, Option>>;

const DEFAULT_URL = "http://localhost:8000";
/** In the place of a URL. */
export const OWN = "own";
const LOOK_TIMEOUT_MS = 3_000;

export interface ServerWishes {
	readonly server: string | undefined;
	readonly "api-key": string | undefined;
}

export interface Reached {
	readonly client: GessoClient;
	/** A URL, or `own`. */
	readonly address: string;
	/** The context's, and that of a server of its own, should it end by itself. */
	readonly signal: AbortSignal;
	close(): Promise<void>;
}

/**
 * @param remembered where an earlier run found it, for whoever names none.
 * @param ownDirectory where a server of its own keeps things; `null` for a command that needs one that runs already.
 * @throws {Refusal} with how to start a server, or to get an apiKey.
 */
export async function reachServer(
	context: Context,
	wishes: ServerWishes,
	{
		remembered,
		ownDirectory,
	}: {
		readonly remembered?: string | undefined;
		readonly ownDirectory: string | null;
	},
): Promise<Reached> {
	const { environment, signal } = context;
	const named = namedServer(context, wishes) ?? remembered;
	const apiKey = wishes["api-key"] ?? (environment.GESSO_API_KEY || undefined);
	const isOpen = named === undefined && apiKey === undefined;
	if (
		ownDirectory !== null &&
		(named === OWN || (isOpen && !(await isGesso(DEFAULT_URL, signal))))
	)
		return await reachOwn(context, ownDirectory);
	const address = named ?? DEFAULT_URL;
	if (address === OWN)
		throw new Refusal(
			"This command is for a server that runs already.",
			"Start one with `npm start`, or name one: --server URL",
		);
	if (apiKey === undefined) throw await withoutApiKey(address, signal);
	return {
		client: new GessoClient({ url: address, apiKey }),
		address,
		signal,
		close: async () => {},
	};
}

/** Works with a server; one of its own keeps nothing. */
export async function withServer(
	context: Context,
	wishes: ServerWishes,
	work: (reached: Reached) => Promise<number>,
): Promise<number> {
	const directory = await mkdtemp(path.join(tmpdir(), "gesso-"));
	try {
		const reached = await reachServer(context, wishes, {
			ownDirectory: directory,
		});
		try {
			return await work(reached);
		} finally {
			await reached.close();
		}
	} finally {
		await rm(directory, { recursive: true, force: true, maxRetries: 3 });
	}
}

/** @returns what the caller says; `undefined` when he says nothing. @throws {Refusal} when it is no URL. */
export function namedServer(
	{ environment }: Pick<Context, "environment">,
	wishes: Pick<ServerWishes, "server">,
): string | undefined {
	const named = wishes.server ?? (environment.GESSO_URL || undefined);
	if (named === undefined || named === OWN) return named;
	const url = URL.parse(named);
	if (url === null || !/^https?:$/.test(url.protocol))
		throw new Refusal(
			`"${named}" is no server's address.`,
			`It is a URL, such as ${DEFAULT_URL}`,
		);
	return named.replace(/\/+$/, "");
}

async function reachOwn(
	{ environment, signal, terminal }: Context,
	dataDirectory: string,
): Promise<Reached> {
	terminal.setStatus(
		terminal.style("dim", "  Starting a server for this command…"),
	);
	const server = await startOwnServer({ dataDirectory, environment, signal });
	terminal.setStatus("");
	return {
		client: new GessoClient({ url: server.url, apiKey: server.apiKey }),
		address: OWN,
		signal: AbortSignal.any([signal, server.ended]),
		close: async () => {
			const { reason } = signal;
			if (reason instanceof Leaving && reason.isAlone) server.letGo();
			else await server.stop();
		},
	};
}

/** Asks without an apiKey, which every Gesso refuses in the same words. */
async function look(
	url: string,
	signal: AbortSignal,
): Promise<"gesso" | "other" | "nobody"> {
	const client = new GessoClient({ url, apiKey: "none", attempts: 1 });
	const timeout = AbortSignal.timeout(LOOK_TIMEOUT_MS);
	try {
		await client.usage({ signal: AbortSignal.any([signal, timeout]) });
		return "gesso";
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof GessoError)) return "nobody";
		if (error.status === null) return "nobody";
		return error.code === "unexpected_answer" ? "other" : "gesso";
	}
}

async function isGesso(url: string, signal: AbortSignal): Promise<boolean> {
	return (await look(url, signal)) === "gesso";
}

/** What to do about it depends on who is there. */
async function withoutApiKey(
	address: string,
	signal: AbortSignal,
): Promise<Refusal> {
	switch (await look(address, signal)) {
		case "nobody":
			return new Refusal(
				`No server answers at ${address}.`,
				"Start one with `npm start`, or name another: --server URL --api-key KEY",
			);
		case "other":
			return new Refusal(
				`What answers at ${address} is no Gesso server.`,
				"Name one: --server URL --api-key KEY",
			);
		case "gesso":
			return new Refusal(
				`A Gesso server runs at ${address}, and this command has no apiKey for it.`,
				[
					"Use the one that its first start showed, or make one in the directory it was started in:",
					"  npm run admin -- api-key create",
					"Then: export GESSO_API_KEY=sk-img-…  (or --api-key sk-img-…)",
				].join("\n"),
			);
	}
}
