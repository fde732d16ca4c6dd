/** Says inside every picture how it came to be: made by an algorithm, without a trained model. */

import { createChunk } from "./png.ts";

/** IPTC's term for pictures made purely by an algorithm that was not trained on anybody's pictures. */
const ALGORITHMIC =
	"http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia";
/** IPTC's term for a mix of pictures at least one of which is synthetic; of the others it says nothing. */
const COMPOSITE =
	"http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic";

/** The XMP of a picture of which a part was painted and the rest taken from somebody's picture. */
export const COMPOSITE_XMP = packetFor(COMPOSITE);

function packetFor(sourceType: string): string {
	return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmp:CreatorTool="Gesso painter"
    Iptc4xmpExt:DigitalSourceType="${sourceType}"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>`;
}

/** The marking as an iTXt chunk, uncompressed as XMP asks. It holds no time and no seed: it is the same in every picture. */
export function createMarking(): Uint8Array {
	const encoder = new TextEncoder();
	const keyword = encoder.encode("XML:com.adobe.xmp");
	// After the keyword: its end, not compressed, no compression method, no language, no translated keyword.
	const noMore = new Uint8Array(5);
	return createChunk("iTXt", [
		keyword,
		noMore,
		encoder.encode(packetFor(ALGORITHMIC)),
	]);
}
