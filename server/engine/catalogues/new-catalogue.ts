/** What a catalogue is made of: a table or a file of requests, and what is said of it. */
import type {
	CatalogueSettings,
	DrawingChoice,
	Strategy,
} from "./catalogue.ts";

/** Nobody says what is drawn: the built-in kind that fits the columns best, or what requests ask for themselves. */
export interface UsualChoice {
	readonly kind: "usual";
	readonly negativePrompt?: string | undefined;
	readonly fileName?: string | undefined;
}

/** Requests are known by their lines, not chosen. */
export type AskedChoice =
	| Exclude<DrawingChoice, { readonly kind: "requests" }>
	| UsualChoice;

export type TableSource =
	| FileSource
	/** A JSON object for each line of a file. */
	| (Omit<FileSource, "kind"> & { readonly kind: "jsonLines" })
	/** JSON objects. */
	| {
			readonly kind: "rows";
			readonly rows: Iterable<unknown>;
			readonly field: string;
	  };

/** A file: CSV or TSV in any of its manners, or requests. @see openTable */
interface FileSource {
	readonly kind: "file";
	readonly bytes: AsyncIterable<Uint8Array>;
	/** The caller's word for it, used in errors. */
	readonly field: string;
	/** The form of the requests in it, or `table` for none; its first line tells when left out. */
	readonly form?: string | undefined;
}

export interface NewCatalogue {
	readonly name: string;
	readonly source: TableSource;
	readonly choice?: AskedChoice | undefined;
	readonly strategy: Strategy;
	readonly settings: NewSettings;
}

/** `maxPhotos` may be left open: 1 of a table's rows, all of requests'. */
export type NewSettings = Omit<CatalogueSettings, "maxPhotos"> &
	Partial<Pick<CatalogueSettings, "maxPhotos">>;
