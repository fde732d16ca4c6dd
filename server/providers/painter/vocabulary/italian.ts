/** Italian words that the painter knows. */

import type { Vocabulary } from "./vocabulary.ts";

export const italian: Vocabulary = Object.freeze<Vocabulary>({
	language: "it",
	writing: "spaced",
	everyday: `il, lo, la, i, gli, le, l, un, uno, una, di, del, della, dello, dei, delle, e, ed, con, in, nel, nella, al, alla, sul, sulla, per, tra,
		fra, da, dal, che, è, sono, molto, sfondo, immagine, foto, stile, dipinto, bello, bella, sereno, tranquillo, crea, disegna`,
	notBefore: "senza, non, nessun, nessuna, mai, evita",
	meaningless:
		"tappeto volante, tappeto magico, cime innevate, montagne innevate, vette innevate, montagna innevata, punto di vista",
	rugs: "tappet{o,i}, kilim, moquette, passatoia, passatoie, zerbin{o,i}, scendiletto",
	scene: {
		mountains: `montagna, montagne, mont{e,i}, montuos{o,a}, vett{a,e}, cim{a,e}, picc{o,hi}, alpi, alpin{o,a,i,e}, dolomiti, appennini, himalaya, vall{e,i},
			collin{a,e}, lag{o,hi}, ghiacciai{o,}, scoglier{a,e}, vulcan{o,i}, fiord{o,i}, cime innevate, montagne innevate, vette innevate,
			montagna innevata, altopiano, crinale`,
		sea: `mare, mari, ocean{o,i}, spiaggi{a,e}, cost{a,e}, costier{o,a}, ond{a,e}, isol{a,e}, riva, baia, porto, porti, faro, fari, vela, veliero, velieri,
			barca, barche, nave, navi, marin{o,a}, mediterraneo, adriatico, atlantico, pacifico, caraibi, laguna, molo, litorale, amalfi`,
		forest: `foresta, foreste, bosco, boschi, alber{o,i}, giungla, giungle, pinet{a,e}, pino, pini, abet{e,i}, querc{ia,e}, betull{a,e}, sottobosco, radura,
			felc{e,i}, muschio, fogliame, bambù, parco, frutteto`,
		desert:
			"desert{o,i}, dun{a,e}, sahara, canyon, oasi, cactus, steppa, savana, arid{o,a}",
		night: `cielo notturno, cielo stellato, notte stellata, via lattea, galassi{a,e}, nebulos{a,e}, aurora boreale, aurore boreali, cosmo, universo, spazio,
			luna piena, costellazion{e,i}, stella cadente, stelle cadenti, cometa, pianet{a,i}`,
		city: `città, urban{o,a}, strad{a,e}, via, viale, vicolo, torr{e,i}, grattaciel{o,i}, edifici{o,}, palazz{o,i}, architettura, pont{e,i}, metropoli, borgo,
			villaggi{o,}, paese, centro città, roma, milano, venezia, firenze, napoli, torino, new york, tokyo, londra, parigi, piazza, tetti`,
		flowers: `fior{e,i}, fiorit{o,a,i,e}, fioritura, giardin{o,i}, prat{o,i}, bouquet, mazzo di fiori, petal{o,i}, campo di fiori, campi di fiori, ciliegi in fiore,
			ciliegio in fiore, orchide{a,e}, gigli{o,}, garofan{o,i}, violett{a,e}, peoni{a,e}, dali{a,e}, ortensi{a,e}, magnoli{a,e}, ninfe{a,e}`,
		abstract: `astratt{o,a,i,e}, motiv{o,i}, geometric{o,a,i,he}, geometria, carta da parati, trama, texture, logo, ornament{o,i}, mosaic{o,i}, piastrell{a,e},
			mandala, frattal{e,i}, sfumatura, marmo, form{a,e}, cerch{io,i}, line{a,e}`,
		rug: `stanz{a,e}, soggiorno, salotto, camera, camera da letto, sala da pranzo, ingresso, corridoio, interni, interno, appartamento, parquet, pavimento in legno,
			divan{o,i}, poltron{a,e}, mobil{e,i}, camino, arredamento`,
	},
	sceneHints: {
		mountains:
			"paesaggi{o,}, fium{e,i}, cascat{a,e}, ruscello, baita, castell{o,i}, drago, natura, cavall{o,i}, cielo, campagna, fattoria, arcobaleno, escursionista",
		sea: "pesc{e,i}, balena, delfin{o,i}, gabbian{o,i}, palm{a,e}, tropicale, vacanza, acqua, pirata, sirena, tartaruga",
		forest:
			"cerv{o,i}, orso, volp{e,i}, lup{o,i}, gufo, conigli{o,}, scoiattolo, fung{o,hi}, fata, fate, unicorno, uccell{o,i}, foglie, strega, tigre, scimmia, sentiero",
		desert:
			"cammell{o,i}, carovana, piramid{e,i}, egitto, leon{e,i}, elefant{e,i}, giraffa, africa, sabbia",
		night:
			"luna, stell{a,e}, astronauta, razzo, astronave, alieno, sogno, lucciole, lanterna",
		city: "auto, macchina, taxi, treno, robot, caffè, ristorante, negozio, mercato, ufficio, gente, chiesa, cattedrale, scarpe",
		flowers:
			"gatt{o,i}, can{e,i}, farfall{a,e}, ap{e,i}, matrimonio, erba, campo, campi, vaso, piant{a,e}, ragazza, donna, bambin{o,a,i}, ritratto, romantico",
		abstract:
			"grafica, minimalista, moderno, poster, tecnologia, musica, colorat{o,a,i,e}, arte, decorazione, tessuto, seta, inchiostro, acquerello, cristallo, vetro",
		rug: "persian{o,a,i}, oriental{e,i}, turco, marocchino, medaglione, frange, tessut{o,a}, lana, sedia, lampada, tend{a,e}, finestra, tavolo, letto, cucina, accogliente, casa, libr{o,i}, cuscin{o,i}, pavimento",
	},
	timeOfDay: {
		dawn: "alba, albe, aurora, sorgere del sole, mattina, mattino, prima luce, sole nascente",
		day: "giorno, giornata, mezzogiorno, pomeriggio, luce del giorno, soleggiat{o,a}, pieno giorno",
		sunset:
			"tramont{o,i}, calar del sole, ora d oro, sole calante, al tramonto",
		dusk: "crepuscolo, sera, serata, imbrunire, ora blu",
		night:
			"notte, notti, notturn{o,a,i,e}, mezzanotte, chiaro di luna, cielo notturno, cielo stellato, notte stellata, via lattea, aurora boreale, luna piena, luna, stelle, neon",
	},
	weather: {
		clear:
			"cielo sereno, cielo limpido, soleggiat{o,a}, cielo azzurro, cielo blu, bel tempo",
		cloudy: "nuvol{a,e}, nuvolos{o,a}, cielo grigio, coperto, nubi",
		fog: "nebbia, nebbie, nebbios{o,a}, foschia, bruma, fumo, vapore",
		rain: "pioggia, piogge, piovos{o,a}, piove, pioggerella, acquazzone, pozzanghere, ombrell{o,i}",
		snow: "neve, nevica, nevicata, fiocchi di neve, bufera di neve, nevoso",
		storm:
			"tempest{a,e}, temporal{e,i}, tempestos{o,a}, fulmin{e,i}, tuon{o,i}, lamp{o,i}, uragano, tornado, burrasca, tempesta di sabbia",
	},
	season: {
		spring:
			"primavera, primaveril{e,i}, ciliegi in fiore, ciliegio in fiore, aprile",
		summer: "estate, estiv{o,a,i,e}",
		autumn: "autunno, autunnal{e,i}, ottobre, novembre, vendemmia",
		winter:
			"inverno, invernal{e,i}, neve, nevica, nevicata, innevat{o,a,i,e}, ghiaccio, gelo, ghiacciat{o,a}, natale, dicembre",
	},
	colours: {
		red: "ross{o,a,i,e}, rubino, scarlatto, vermiglio",
		crimson: "cremisi, carminio",
		burgundy: "bordeaux, bordò, granata, rosso scuro, vinaccia",
		rust: "ruggine, mattone",
		terracotta: "terracotta, argilla",
		coral: "corallo",
		salmon: "salmone",
		peach: "pesca, albicocca",
		orange: "aranci{o,one}, arancione scuro, arancioni, ambra, zafferano",
		copper: "rame, ramato, bronzo, cannella, caramello",
		pink: "rosa, rosato, color rosa",
		blush: "rosa chiaro, rosa pallido, rosa cipria, oro rosa",
		magenta: "magenta, fucsia",
		purple: "viola, porpora, ametista",
		plum: "prugna, melanzana",
		lavender: "lavanda, lilla, malva",
		navy: "blu navy, blu scuro, blu notte, indaco, blu marino",
		blue: "blu, azzurr{o,a,i,e}, bluastro, cobalto, zaffiro, blu reale",
		denim: "blu acciaio, carta da zucchero",
		sky: "celest{e,i}, azzurro cielo, azzurro chiaro",
		turquoise: "turchese, turchesi, acquamarina, ciano",
		teal: "ottanio, petrolio, verde petrolio",
		green: "verd{e,i}, verdastro",
		forest: "verde scuro, verde bosco, verde bottiglia",
		emerald: "smeraldo, verde smeraldo, giada",
		sage: "salvia, verde salvia, verde chiaro, pistacchio",
		olive: "oliva, verde oliva, cachi",
		mint: "menta, verde menta",
		lime: "verde lime, lime",
		yellow: "giall{o,a,i,e}, giallastro, limone",
		mustard: "senape, ocra",
		gold: "dorat{o,a,i,e}, oro, d oro, miele, ottone",
		cream: "crema, avorio, panna, vaniglia, bianco sporco",
		beige: "beige, lino, écru",
		sand: "color sabbia, marrone chiaro",
		camel: "cammello color, color cammello",
		taupe: "tortora, talpa",
		brown: "marron{e,i}, brun{o,a,i,e}, castan{o,a}, noce, mogano",
		chocolate: "cioccolato, marrone scuro, testa di moro",
		grey: "grigi{o,a,e}, grigiastro, ardesia, cenere",
		charcoal: "antracite, grigio scuro, grafite",
		silver: "argento, argentat{o,a,i,e}, grigio chiaro",
		black: "ner{o,a,i,e}, ebano",
		white: "bianc{o,a,hi,he}",
	},
	flowers: {
		rose: "rose, rosa rossa, mazzo di rose, roseto, giardino di rose, peoni{a,e}, garofan{o,i}",
		tulip: "tulipan{o,i}, campo di tulipani",
		sunflower: "girasol{e,i}, campo di girasoli",
		daisy: "margherit{a,e}, camomilla, fiori di campo, fiori selvatici",
		poppy: "papaver{o,i}, campo di papaveri",
		lavender: "lavanda, campo di lavanda, campi di lavanda",
	},
	patterns: {
		marble: "marmo, vortic{e,i}, fluido, inchiostro, seta",
		contours: "line{a,e}, curve di livello",
		interlace:
			"geometric{o,a,i,he}, piastrell{a,e}, mosaic{o,i}, motiv{o,i}?, mandala, ornament{o,i}?, arabesc{o,hi}, carta da parati?",
		shapes: "form{a,e}, cerch{io,i}, bauhaus, minimalista, logo",
	},
	rugShapes: {
		runner: "passatoia, passatoie, corridoio",
		round: "rotond{o,a,i}, tond{o,a}, circolare, ovale",
		square: "quadrat{o,a,i}",
		rectangle: "rettangolare",
	},
	rugDesigns: {
		medallion:
			"medaglion{e,i}, persian{o,a,i}?, oriental{e,i}?, classic{o,a}?, tradizionale?",
		allover: "paisley, boteh, cachemire",
		tribal:
			"kilim, tribale, geometric{o,a,i,he}, berbero, marocchino, romb{o,i}, etnico",
		striped:
			"strisce, a strisce, righe, a righe, modern{o,a}?, scandinavo?, contemporaneo?",
		lattice: "floreale, floreali, a fiori, traliccio",
	},
	rugPalettes: {
		classic: "antic{o,a,hi}, classic{o,a}, tradizionale",
		pastel: "pastello, toni tenui, sbiadit{o,a}",
		modern:
			"modern{o,a}, contemporane{o,a}, scandinav{o,a}, neutr{o,a,i}, minimalista, berbero, marocchino",
	},
});
