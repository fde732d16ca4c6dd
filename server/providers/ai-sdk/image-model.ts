/** The little that is used of the AI SDK's image models. Its own types come in as many versions as there are packages of it. */

export interface ImageModelFile {
	readonly type: "file";
	readonly mediaType: string;
	readonly data: Uint8Array;
}

type Json = null | boolean | number | string | Json[] | SdkOptions;

/** What a vendor's package is told beside what all of them take. */
export interface SdkOptions {
	[name: string]: Json | undefined;
}

export interface ImageModelCall {
	readonly prompt: string;
	readonly n: number;
	readonly size: `${number}x${number}` | undefined;
	readonly aspectRatio: `${number}:${number}` | undefined;
	readonly seed: number | undefined;
	/** Left out when there are none: an empty list makes some packages edit. */
	readonly files: ImageModelFile[] | undefined;
	readonly mask: ImageModelFile | undefined;
	readonly providerOptions: Record<string, SdkOptions>;
	readonly abortSignal: AbortSignal;
}

/** Of several kinds, told by `type`; what is not there is `undefined`. */
export interface SdkWarning {
	readonly type: string;
	readonly feature?: string;
	readonly details?: string;
	readonly message?: string;
}

export interface ImageModelResult {
	/** In base64, or as bytes. */
	readonly images: readonly (string | Uint8Array)[];
	readonly warnings: readonly SdkWarning[];
	readonly providerMetadata?: Readonly<Record<string, unknown>> | undefined;
	readonly usage?:
		| {
				readonly inputTokens: number | undefined;
				readonly outputTokens: number | undefined;
		  }
		| undefined;
}

export interface ImageModel {
	doGenerate(call: ImageModelCall): PromiseLike<ImageModelResult>;
}
