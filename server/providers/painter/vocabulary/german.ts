/** German words that the painter knows. */

import type { Vocabulary } from "./vocabulary.ts";

export const german: Vocabulary = Object.freeze<Vocabulary>({
	language: "de",
	writing: "compounding",
	everyday: `der, die, das, den, dem, des, ein, eine, einen, einem, einer, eines, und, mit, im, in, am, an, auf, über, unter, von,
		vom, zu, zum, zur, bei, beim, vor, hinter, durch, für, aus, nach, ist, sind, ich, sehr, schöne, schöner, schönes,
		hintergrund, bild, foto, gemälde, stil, bitte, erstelle, zeichne, male, zeige, fotorealistisch, ruhiger, ruhige`,
	compoundEndings: "see, tal, alm, dorf, strand, rose, rosen, abend, tag",
	notBefore:
		"kein, keine, keinen, keiner, keinem, ohne, nicht, nie, niemals, vermeide",
	meaningless: `schneebedeckt{,e,en,er,es,em}, fliegender teppich, sternekoch, rosenkranz, nachtisch, nachttisch,
		regenbogen, tagebuch, bergmann, museum, wasserwaage, landkarte, spaziergang`,
	rugs: `teppich, teppiche, teppichen, teppichs, perserteppich{,e}, orientteppich{,e}, läufer, teppichläufer, kelim{,s}, kilim{,s},
		brücke teppich, hochflor, flickenteppich, webteppich, wollteppich, vorleger, fußmatte, auslegware, gabbeh, gebetsteppich`,
	scene: {
		mountains: `berg{,e,en,es,s}, gebirge, gebirgs, gipfel{,n}, alpen, alpin{,e,er,es}, tal, täler, hügel{,n}, see, seen, bergsee{,n},
			gletscher, fels, felsen, klippe{,n}, vulkan{,e}, himalaya, matterhorn, zugspitze, dolomiten, alm, bergkette{,n},
			hochland, schlucht, fjord{,e}, seeufer, panorama, stausee, waldsee, bodensee, schwarzwaldberge,
			schneegipfel`,
		sea: `meer, meere, meeres, ozean{,e}, strand, strände, küste, küsten, welle, wellen, insel{,n}, ufer, hafen, leuchtturm,
			leuchttürme, segel, segelboot{,e}, segelschiff{,e}, segeln, schiff{,e}, boot{,e}, nordsee, ostsee, südsee, brandung,
			bucht, mittelmeer, atlantik, pazifik, karibik, lagune, watt, wattenmeer, seestück, jacht, yacht, hochsee, seefahrt`,
		forest: `wald, wälder, wäldern, waldes, walds, baum, bäume, bäumen, dschungel, urwald, regenwald, regenwälder, schwarzwald, tanne{,n},
			tannenbaum, fichte{,n}, kiefer{,n}, birke{,n}, eiche{,n}, buche{,n}, buchenwald, nadelwald, laubwald, hain, lichtung,
			waldweg, farn, moos, unterholz, gehölz, bambus, park, herbstwald, märchenwald, obstgarten, waldlandschaft`,
		desert: `wüste, wüsten, düne{,n}, sanddüne{,n}, sahara, gobi, canyon, oase{,n}, kaktus, kakteen, steppe, savanne, namib,
			wüstenlandschaft, mars`,
		night: `sternenhimmel, nachthimmel, milchstraße, galaxie{,n}, galaxis, nebula, sternennacht, polarlicht{,er}, nordlicht{,er}, weltall,
			weltraum, universum, kosmos, kosmisch, vollmond, sternschnuppe{,n}, komet{,en}, planet{,en}, mondnacht, all`,
		city: `stadt, städte, städten, großstadt, altstadt, skyline, straße, straßen, gasse{,n}, turm, türme, hochhaus, hochhäuser,
			wolkenkratzer, gebäude, architektur, brücke{,n}, dorf, dörfer, metropole, innenstadt, stadtbild, häuser, berlin,
			münchen, hamburg, wien, köln, frankfurt, zürich, new york, tokio, paris, london, dächer, marktplatz, verkehr`,
		flowers: `blume, blumen, blüte, blüten, blühend{,e,en,er,es}, garten, gärten, wiese, wiesen, blumenwiese{,n}, blumenstrauß, strauß,
			beet, blumenbeet, blumenfeld{,er}, rosengarten, kirschblüte{,n}, orchidee{,n}, lilie{,n}, nelke{,n}, veilchen,
			pfingstrose{,n}, dahlie{,n}, hortensie{,n}, narzisse{,n}, seerose{,n}, wildblume{,n}, blütenblätter, frühlingswiese`,
		abstract: `abstrakt{,e,er,es,en}, muster, geometrisch{,e,er,es,en}, geometrie, tapete{,n}, textur{,en}, logo{,s}, ornament{,e}, mosaik{,e},
			kachel{,n}, fliesen, mandala, fraktal{,e}, farbverlauf, marmor, marmoriert, formen, kreise, linien, bauhaus,
			hintergrundmuster, symbol, nahtlos{,es}`,
		rug: `zimmer, wohnzimmer, schlafzimmer, esszimmer, raum, räume, salon, diele, flur, innenraum, inneneinrichtung, wohnung, stube,
			parkett, parkettboden, holzboden, dielenboden, sofa, couch, sessel, möbel, kamin, einrichtung, wohnraum`,
	},
	sceneHints: {
		mountains: `landschaft{,en}, wandern, wanderer, hütte, almhütte, ski, skifahrer, fluss, bach, wasserfall, natur, burg, schloss, drache, ziege, adler,
			zelt, kühe, kuh, pferd, pferde, himmel, land, bauernhof, regenbogen`,
		sea: "fisch, fische, wal, delfin, möwe, möwen, palme, palmen, urlaub, wasser, pirat, anker, muschel, ente, schwan, taucher",
		forest:
			"hirsch, reh, bär, fuchs, wolf, eule, eichhörnchen, hase, pilz, pilze, fee, elfe, einhorn, vogel, vögel, blätter, hexe, tiger, weg",
		desert:
			"kamel, kamele, karawane, pyramide, pyramiden, ägypten, löwe, elefant, giraffe, afrika, sand, cowboy",
		night:
			"mond, mondes, stern, sterne, sternen, astronaut, rakete, raumschiff, außerirdischer, traum, laterne, glühwürmchen",
		city: "auto, autos, taxi, zug, bahn, roboter, café, restaurant, laden, markt, büro, menschen, kirche, dom, tempel, laufschuhe",
		flowers:
			"katze, katzen, hund, hunde, schmetterling, schmetterlinge, biene, bienen, hochzeit, gras, feld, felder, vase, pflanze, mädchen, frau, kind, porträt",
		abstract:
			"grafik, minimalistisch, modern, plakat, technologie, musik, bunt, bunte, kunst, dekoration, stoff, seide, tinte, aquarell, kristall",
		rug: "persisch, orientalisch, türkisch, marokkanisch, medaillon, fransen, gewebt, handgeknüpft, wolle, stuhl, lampe, vorhang, fenster, tisch, bett, küche, gemütlich, haus, kaffee, buch, bücher, kissen, boden",
	},
	timeOfDay: {
		dawn: "morgendämmerung, sonnenaufgang, sonnenaufgänge, morgenrot, morgen, morgens, morgenlicht, früher morgen, tagesanbruch, aufgehende sonne, frühmorgens, morgensonne",
		day: "tag, tags, tagsüber, tageslicht, mittag, mittags, nachmittag, nachmittags, sonnenlicht, sonnig{,e,er,es,en}, sonnenschein",
		sunset:
			"sonnenuntergang, sonnenuntergänge, sonnenuntergangs, abendrot, abendsonne, goldene stunde, goldenen stunde, untergehende sonne, abendlicht, alpenglühen",
		dusk: "dämmerung, abenddämmerung, abend, abends, abendstimmung, blaue stunde, blauen stunde, zwielicht",
		night:
			"nacht, nachts, nächte, nächtlich{,e,er,es,en}, mitternacht, mondschein, mondlicht, mondnacht, nachthimmel, sternenhimmel, sternennacht, milchstraße, polarlicht{,er}, nordlicht{,er}, vollmond, mond, sterne, neonlichter",
	},
	weather: {
		clear:
			"klarer himmel, klarem himmel, wolkenlos{,er,em,e}, sonnig{,e,er,es,en}, sonnenschein, blauer himmel, blauem himmel, heiter, schönes wetter",
		cloudy:
			"wolke, wolken, bewölkt{,e,er,es,en}, wolkig, wolkenhimmel, bedeckter himmel, grauer himmel, grauem himmel, trüb",
		fog: "nebel, neblig{,e,er,es,en}, dunst, dunstig, morgennebel, rauch, dampf, nebelschwaden",
		rain: "regen, regnerisch{,e,er,es,en}, regnet, regentropfen, nieselregen, schauer, pfütze{,n}, regenschirm{,e}, verregnet, regenschauer",
		snow: "schnee, schneit, schneefall, schneeflocke{,n}, verschneit{,e,er,es,en}, schneesturm, schneetreiben, schneeig",
		storm:
			"sturm, stürmisch{,e,er,es,en}, gewitter, blitz, blitze, donner, unwetter, orkan, tornado, sandsturm, sturmwolken",
	},
	season: {
		spring:
			"frühling, frühlings, frühjahr, frühlingshaft, lenz, kirschblüte{,n}, april, ostern, tulpe{,n}, frühlingswiese",
		summer:
			"sommer, sommers, sommerlich{,e,er,es,en}, hochsommer, juli, sommertag",
		autumn:
			"herbst, herbstes, herbstlich{,e,er,es,en}, herbstlaub, oktober, november, erntezeit, herbstwald",
		winter:
			"winter, winters, winterlich{,e,er,es,en}, schnee, schneit, schneefall, verschneit{,e,er,es,en}, schneebedeckte landschaft, eis, eisig, frost, gefroren{,e,er}, weihnachten, weihnachtlich, dezember, januar",
	},
	colours: {
		red: "rot, rote, roter, rotes, roten, rotem, rötlich{,e,er,es}, rubinrot, scharlachrot, kirschrot, hellrot",
		crimson: "karminrot, karmesinrot, blutrot",
		burgundy: "weinrot, bordeaux, bordeauxrot, dunkelrot, burgunder",
		rust: "rost, rostrot, rostfarben, ziegelrot, rostbraun",
		terracotta: "terrakotta, terracotta, lehm, gebranntes orange",
		coral: "koralle, korallenrot, korallenfarben",
		salmon: "lachs, lachsfarben, lachsrosa",
		peach: "pfirsich, pfirsichfarben, aprikose, apricot",
		orange:
			"orange, orangen, oranger, oranges, orangefarben{,e,er}, bernstein, bernsteinfarben",
		copper: "kupfer, kupferfarben, bronze, zimt, karamell, cognac",
		pink: "pink, rosa, rosafarben{,e,er}, rosarot, altrosa",
		blush: "zartrosa, hellrosa, puderrosa, roségold",
		magenta: "magenta, fuchsia",
		purple: "lila, violett, violette{,r,s,n}, purpur, purpurn",
		plum: "pflaume, pflaumenfarben, aubergine",
		lavender: "lavendel, flieder, fliederfarben, mauve, helllila",
		navy: "marineblau, dunkelblau, dunkelblau{e,er,es,en}, nachtblau, mitternachtsblau, indigo, tiefblau",
		blue: "blau, blaue, blauer, blaues, blauen, blauem, bläulich, königsblau, kobaltblau, ultramarin, azur, azurblau, saphirblau",
		denim: "jeansblau, stahlblau, taubenblau, graublau",
		sky: "himmelblau, hellblau, hellblau{e,er,es,en}, eisblau, babyblau",
		turquoise: "türkis, türkisfarben, türkisblau, aquamarin, cyan",
		teal: "petrol, blaugrün, seegrün",
		green: "grün, grüne, grüner, grünes, grünen, grünem, grünlich, grasgrün",
		forest:
			"dunkelgrün, dunkelgrün{e,er,es,en}, waldgrün, tannengrün, flaschengrün",
		emerald: "smaragd, smaragdgrün, jade, jadegrün",
		sage: "salbei, salbeigrün, hellgrün, blassgrün, pistazie, schilfgrün",
		olive: "olive, olivgrün, oliv, khaki",
		mint: "minze, mintgrün, mint",
		lime: "limette, limettengrün, neongrün",
		yellow:
			"gelb, gelbe, gelber, gelbes, gelben, gelbem, gelblich, zitronengelb, sonnengelb",
		mustard: "senf, senfgelb, ocker, curry",
		gold: "gold, golden, goldene, goldener, goldenes, goldenen, messing, honig, honigfarben",
		cream:
			"creme, cremefarben{,e,er,es}, cremeweiß, elfenbein, elfenbeinfarben, vanille, champagner, wollweiß",
		beige: "beige, beiger, leinen, naturfarben, weizen",
		sand: "sandfarben{,e,er,es}, hellbraun, sandbeige",
		camel: "kamelhaar, kamelfarben, toffee",
		taupe: "taupe, graubraun, graubeige, stein",
		brown:
			"braun, braune, brauner, braunes, braunen, braunem, bräunlich, nussbraun, kastanienbraun, walnuss, sepia, mahagoni",
		chocolate:
			"schokolade, schokobraun, schokoladenbraun, dunkelbraun, espresso",
		grey: "grau, graue, grauer, graues, grauen, grauem, gräulich, schiefer, aschgrau, mausgrau",
		charcoal: "anthrazit, anthrazitfarben, dunkelgrau, graphit, kohle",
		silver: "silber, silbern{,e,er,es}, hellgrau, platin",
		black:
			"schwarz, schwarze, schwarzer, schwarzes, schwarzen, schwarzem, tiefschwarz, ebenholz",
		white: "weiß, weiße, weißer, weißes, weißen, weißem, schneeweiß, reinweiß",
	},
	flowers: {
		rose: "rose, rosen, rosengarten, pfingstrose{,n}, nelke{,n}",
		tulip: "tulpe, tulpen, tulpenfeld{,er}, krokus, krokusse",
		sunflower: "sonnenblume, sonnenblumen, sonnenblumenfeld{,er}",
		daisy: "gänseblümchen, margerite{,n}, kamille, aster{,n}, wildblume{,n}",
		poppy: "mohn, mohnblume{,n}, mohnfeld{,er}, klatschmohn",
		lavender: "lavendel, lavendelfeld{,er}, lupine{,n}, hyazinthe{,n}",
	},
	patterns: {
		marble: "marmor, marmoriert, wirbel, fließend, tinte, seide",
		contours: "linien, höhenlinien, wellenmuster, wellenlinien",
		interlace:
			"geometrisch{,e,er,es,en}, kachel{,n}, fliesen, mosaik{,e}, ornament{,e}?, muster?, tapete{,n}?, mandala, nahtlos{,es}?",
		shapes: "formen, kreise, bauhaus, minimalistisch, logo{,s}, symbol",
	},
	rugShapes: {
		runner: "läufer, teppichläufer, flur",
		round: "rund, runde, runder, rundes, runden, kreisrund, oval",
		square: "quadratisch{,e,er,es,en}",
		rectangle: "rechteckig{,e,er,es,en}",
	},
	rugDesigns: {
		medallion:
			"medaillon, medaillons, perser?, perserteppich{,e}?, persisch{,e,er,es,en}?, orientteppich{,e}?, klassisch{,e,er}?, orientalisch{,e,er}?",
		allover: "boteh, paisley, herati, durchgemustert",
		tribal:
			"kelim{,s}, kilim{,s}, geometrisch{,e,er,es,en}, nomaden, gabbeh, berber, marokkanisch{,e,er}, rauten, raute, ethno",
		striped:
			"streifen, gestreift{,e,er,es,en}, modern{,e,er,es,en}?, flickenteppich, skandinavisch{,e,er}?",
		lattice: "blumenmuster, floral{,e,er,es}, geblümt{,e,er}, gitter, ranken",
	},
	rugPalettes: {
		classic:
			"antik{,e,er,es,en}, klassisch{,e,er,es,en}, traditionell{,e,er,es}",
		pastel: "pastell, pastellfarben, zarte farben, verblasst, gedeckt",
		modern:
			"modern{,e,er,es,en}, skandinavisch{,e,er,es}, neutral, naturfarben, minimalistisch, berber, marokkanisch",
	},
});
