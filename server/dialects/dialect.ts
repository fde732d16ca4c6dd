/** What a dialect is: a set of paths, its own settings, and routes that translate between its callers and the engine. */
import type { Engine } from "../engine/engine.ts";
import type { HttpServer, OwnPath } from "../http/http-server.ts";
import type { BaseUrl, PublicUrl } from "../http/public-url.ts";
import type { SignedImageUrl } from "../http/signed-images.ts";
import type { SignedInputUrl } from "../http/signed-inputs.ts";
import type { AccessTokens } from "../http/signing/access-token.ts";
import type { AddressHash } from "../http/signing/address-hash.ts";
import type { SignedNotes } from "../http/signing/signed-note.ts";
import { readSettings, type Settings, type Values } from "../settings.ts";

/** What every dialect is given. */
export interface DialectContext {
	readonly engine: Engine;
	/** How the caller reaches this server, without a slash at its end. */
	readonly baseUrl: BaseUrl;
	readonly publicUrl: PublicUrl;
	readonly signedImageUrl: SignedImageUrl;
	readonly signedInputUrl: SignedInputUrl;
	readonly accessTokens: AccessTokens;
	readonly addressHash: AddressHash;
	/** Whose web pages may call, `*` for all. */
	readonly corsOrigins: readonly string[];
	readonly signedNotes: SignedNotes;
	/** After so long without anything to send whoever waits is sent a sign of life. */
	readonly keepAliveMs: number;
	readonly clock: () => number;
}

/** Adds a dialect's routes to a part of the server that is its alone: its hooks and error handler bind nobody else. */
export type RegisterDialect = (
	server: HttpServer,
	context: DialectContext,
) => Promise<void>;

export interface Dialect {
	readonly name: string;
	readonly settings: Settings;
	/** Reads the dialect's settings. @param faults collects what is wrong with them. */
	configure(
		environment: Readonly<Record<string, string | undefined>>,
		faults: string[],
	): RegisterDialect;
	/** Which requests are this dialect's although they come by another path than those it registers. */
	readonly ownPath?: OwnPath | undefined;
}

export function defineDialect<S extends Settings>(dialect: {
	name: string;
	settings: S;
	register(
		server: HttpServer,
		context: DialectContext,
		settings: Values<S>,
	): Promise<void>;
	ownPath?: OwnPath;
}): Dialect {
	return {
		name: dialect.name,
		settings: dialect.settings,
		ownPath: dialect.ownPath,
		configure: (environment, faults) => {
			const values = readSettings(dialect.settings, environment, faults);
			return (server, context) => dialect.register(server, context, values);
		},
	};
}
