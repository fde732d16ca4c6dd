/** What the rest of the house knows of a database: queries, and a way to call out to the other processes that use it. */
import type { Kysely, Transaction } from "kysely";
import type { Schema } from "./schema.ts";

export type Queries = Kysely<Schema>;
export type TransactionQueries = Transaction<Schema>;

/** Where an unfinished picture lies, and what it is. */
export interface AnnouncedPartial {
	/** Of the picture in its generation. */
	readonly position: number;
	/** Which of the picture's unfinished ones it is, from 0. */
	readonly index: number;
	readonly storageKey: string;
	readonly mediaType: string;
	/** Pixels. */
	readonly width: number;
	readonly height: number;
	readonly sizeBytes: number;
}

/** Something another process may be waiting for. */
export type Announcement =
	| { readonly kind: "queued" }
	| { readonly kind: "ended"; readonly generationId: string }
	| { readonly kind: "cancel_requested"; readonly generationId: string }
	/** An unfinished picture lies in storage for a while. */
	| {
			readonly kind: "partial_image";
			readonly generationId: string;
			readonly partial: AnnouncedPartial;
	  }
	/** There is something to do for a batch. */
	| { readonly kind: "batch_due"; readonly batchId: string }
	/** There is something to do for a batch of a vendor's own. */
	| { readonly kind: "vendor_batch_due"; readonly vendorBatchId: string };

export interface Database {
	readonly kind: "sqlite" | "postgres";
	readonly queries: Queries;
	/** Runs `work` in one transaction: all of it, or nothing. */
	transaction<T>(work: (queries: TransactionQueries) => Promise<T>): Promise<T>;
	/**
	 * Tells every process that uses this database, this one included. Best effort: a listener must also look for itself
	 * now and then, because a process may die between a commit and its announcement.
	 */
	announce(announcement: Announcement): Promise<void>;
	/** @returns a function that stops listening. */
	listen(listener: (announcement: Announcement) => void): () => void;
	close(): Promise<void>;
}
