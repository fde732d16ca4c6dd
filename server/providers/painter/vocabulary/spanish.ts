/** Spanish words that the painter knows. */

import type { Vocabulary } from "./vocabulary.ts";

export const spanish: Vocabulary = Object.freeze<Vocabulary>({
	language: "es",
	writing: "spaced",
	everyday: `el, la, los, las, un, una, unos, unas, de, del, con, en, al, y, por, para, sobre, bajo, entre, desde, que, es, son, muy,
		su, sus, fondo, imagen, foto, estilo, pintura, hermoso, hermosa, bonito, tranquilo, sereno, crea, dibuja, genera, hay`,
	notBefore: "sin, no, ningún, ninguna, nunca, evitar",
	meaningless:
		"alfombra mágica, alfombra voladora, nevad{o,os,a,as} cumbres, cumbres nevadas, picos nevados, montañas nevadas, puntos de vista",
	rugs: "alfombra{,s}, tapete{,s}, kilim{,s}, moqueta{,s}, alfombrilla{,s}, felpudo{,s}, pasillero, alfombra de pasillo",
	scene: {
		mountains: `montaña{,s}, montañoso, montañosa, monte{,s}, sierra{,s}, cordillera{,s}, pico{,s}, cima{,s}, cumbre{,s}, alpes, alpino, alpina,
			andes, pirineos, himalaya, valle{,s}, colina{,s}, cerro{,s}, lago{,s}, laguna{,s}, glaciar{,es}, acantilado{,s}, volcán, volcanes,
			fiordo{,s}, cumbres nevadas, picos nevados, montañas nevadas, patagonia, ladera{,s}, peñasco{,s}`,
		sea: `mar, mares, océano{,s}, playa{,s}, costa{,s}, costero, costera, ola{,s}, oleaje, isla{,s}, orilla{,s}, bahía{,s}, puerto{,s}, faro{,s},
			velero{,s}, vela{,s}, barco{,s}, bote{,s}, navegar, marino, marina, caribe, mediterráneo, atlántico, pacífico, muelle{,s}, litoral, yate{,s}`,
		forest: `bosque{,s}, selva{,s}, árbol, árboles, jungla{,s}, arboleda{,s}, pino{,s}, pinar, abeto{,s}, roble{,s}, abedul, abedules, bambú,
			helecho{,s}, musgo, follaje, parque{,s}, sendero del bosque, huerto`,
		desert:
			"desierto{,s}, duna{,s}, sahara, cañón, cañones, oasis, cactus, estepa, sabana, atacama, gobi, árido, árida, marte",
		night: `cielo nocturno, cielo estrellado, noche estrellada, vía láctea, galaxia{,s}, nebulosa{,s}, aurora boreal, auroras boreales, cosmos,
			universo, espacio exterior, espacio, luna llena, constelación, constelaciones, estrella fugaz, cometa{,s}, planeta{,s}`,
		city: `ciudad, ciudades, urbano, urbana, calle{,s}, avenida{,s}, torre{,s}, rascacielos, edificio{,s}, horizonte urbano, pueblo{,s},
			arquitectura, puente{,s}, metrópolis, centro de la ciudad, nueva york, tokio, parís, londres, madrid, barcelona, sevilla,
			ciudad de méxico, buenos aires, bogotá, lima, plaza{,s}, aldea{,s}, tráfico, tejado{,s}`,
		flowers: `flor, flores, florido, florida, floreciente, jardín, jardines, prado{,s}, pradera{,s}, ramo{,s}, pétalo{,s}, campo de flores,
			campos de flores, cerezo{,s} en flor, orquídea{,s}, lirio{,s}, clavel{,es}, violeta{,s}, peonía{,s}, dalia{,s}, hortensia{,s}, magnolia{,s}`,
		abstract: `abstracto{,s}, abstracta{,s}, patrón, patrones, geométrico{,s}, geométrica{,s}, geometría, papel tapiz, papel pintado, textura{,s},
			logo{,s}, logotipo{,s}, ornamento{,s}, mosaico{,s}, azulejo{,s}, mandala{,s}, fractal{,es}, degradado{,s}, mármol, formas, círculos, líneas`,
		rug: `habitación, habitaciones, sala, sala de estar, salón, salones, dormitorio{,s}, comedor, cuarto, recibidor, pasillo{,s}, interior{,es},
			apartamento{,s}, piso de madera, suelo de madera, parqué, sofá{,s}, sillón, sillones, muebles, chimenea`,
	},
	sceneHints: {
		mountains:
			"paisaje{,s}, río{,s}, cascada{,s}, arroyo, cabaña{,s}, castillo{,s}, dragón, naturaleza, caballo{,s}, cielo, arcoíris, granja, campo, senderismo",
		sea: "pez, peces, ballena{,s}, delfín, delfines, gaviota{,s}, palmera{,s}, tropical, vacaciones, agua, pirata{,s}, sirena{,s}, tortuga{,s}",
		forest:
			"ciervo{,s}, oso{,s}, zorro{,s}, lobo{,s}, búho{,s}, conejo{,s}, ardilla, seta{,s}, hada{,s}, unicornio{,s}, pájaro{,s}, hojas, bruja, tigre{,s}, mono{,s}",
		desert:
			"camello{,s}, caravana, pirámide{,s}, egipto, león, leones, elefante{,s}, jirafa{,s}, áfrica, arena, vaquero{,s}",
		night:
			"luna, estrella{,s}, astronauta{,s}, cohete{,s}, nave espacial, extraterrestre{,s}, sueño{,s}, luciérnaga{,s}, farol",
		city: "coche{,s}, auto{,s}, taxi, tren{,es}, robot{,s}, café, restaurante, tienda, mercado, oficina, gente, iglesia, catedral, zapatillas, zapatos",
		flowers:
			"gato{,s}, perro{,s}, mariposa{,s}, abeja{,s}, boda, hierba, césped, campos, jarrón, planta{,s}, niña, mujer, niño, retrato, romántico",
		abstract:
			"gráfico, minimalista, moderno, póster, cartel, tecnología, música, colorido, colorida, arte, decoración, tela, seda, tinta, acuarela, cristal",
		rug: "persa{,s}, oriental{,es}, turco, turca, marroquí, medallón, flecos, tejido, tejida, lana, silla{,s}, lámpara{,s}, cortina{,s}, ventana{,s}, mesa{,s}, cama, cocina, acogedor, acogedora, casa, hogar, libro{,s}, cojín, cojines",
	},
	timeOfDay: {
		dawn: "amanecer, amaneceres, alba, aurora, salida del sol, madrugada, mañana, primera luz, sol naciente",
		day: "día, mediodía, tarde soleada, luz del día, soleado, soleada, luz del sol, pleno día",
		sunset:
			"atardecer, atardeceres, puesta de sol, puesta del sol, ocaso, hora dorada, sol poniente, última luz",
		dusk: "crepúsculo, anochecer, hora azul, tarde, penumbra",
		night:
			"noche{,s}, nocturno, nocturna, medianoche, luz de luna, luz de la luna, cielo nocturno, cielo estrellado, noche estrellada, vía láctea, aurora boreal, luna llena, luna, estrella{,s}, neón",
	},
	weather: {
		clear:
			"cielo despejado, despejado, despejada, soleado, soleada, cielo azul, sin nubes",
		cloudy: "nube{,s}, nublado, nublada, cielo gris, nuboso, encapotado",
		fog: "niebla, neblina, bruma, brumoso, brumosa, neblinoso, humo, vapor, calima",
		rain: "lluvia{,s}, lluvioso, lluviosa, llueve, lloviendo, llovizna, aguacero, charco{,s}, paraguas, gotas de lluvia",
		snow: "nieve, nevando, nevada, nevadas, copos de nieve, ventisca, nieva",
		storm:
			"tormenta{,s}, tormentoso, tormentosa, tempestad, relámpago{,s}, trueno{,s}, rayo{,s}, huracán, tornado, tormenta de arena, vendaval",
	},
	season: {
		spring: "primavera, primaveral, cerezo{,s} en flor, abril",
		summer: "verano, veraniego, veraniega, estival",
		autumn: "otoño, otoñal, otoñales, octubre, noviembre, cosecha",
		winter:
			"invierno, invernal, invernales, nieve, nevado, nevada, nevando, hielo, helado, helada, escarcha, navidad, diciembre",
	},
	colours: {
		red: "roj{o,a,os,as}, rojiz{o,a,os,as}, rubí, escarlata, bermellón",
		crimson: "carmesí, carmín, granate rojo",
		burgundy: "burdeos, granate, borgoña, vino tinto, rojo oscuro",
		rust: "óxido, herrumbre, ladrillo, color ladrillo, teja",
		terracotta: "terracota, arcilla, barro",
		coral: "coral, color coral",
		salmon: "salmón",
		peach: "melocotón, durazno, albaricoque",
		orange: "naranja{,s}, anaranjad{o,a,os,as}, ámbar, mandarina, azafrán",
		copper: "cobre, cobriz{o,a}, bronce, canela, caramelo",
		pink: "rosa, rosas, rosad{o,a,os,as}, color rosa",
		blush: "rosa pálido, rosa claro, rosa palo, oro rosa",
		magenta: "magenta, fucsia",
		purple: "morad{o,a,os,as}, púrpura, violeta, color violeta",
		plum: "ciruela, berenjena",
		lavender: "lavanda, lila, malva",
		navy: "azul marino, azul oscuro, azul noche, índigo, añil",
		blue: "azul, azules, azulad{o,a,os,as}, azul real, cobalto, zafiro",
		denim: "azul acero, azul vaquero, azul grisáceo",
		sky: "azul cielo, celeste{,s}, azul claro, azul pálido",
		turquoise: "turquesa{,s}, aguamarina, cian",
		teal: "verde azulado, petróleo, azul petróleo",
		green: "verde{,s}, verdos{o,a}",
		forest: "verde oscuro, verde bosque, verde botella",
		emerald: "esmeralda, verde esmeralda, jade",
		sage: "salvia, verde salvia, verde claro, verde pálido, pistacho",
		olive: "oliva, verde oliva, caqui, aceituna",
		mint: "menta, verde menta",
		lime: "verde lima",
		yellow: "amarill{o,a,os,as}, amarillent{o,a}, limón",
		mustard: "mostaza, ocre{,s}",
		gold: "dorad{o,a,os,as}, oro, miel, latón",
		cream: "crema, marfil, blanco roto, vainilla, hueso",
		beige: "beige, beis, lino, crudo",
		sand: "color arena, arena claro, marrón claro",
		camel: "camel, color camello",
		taupe: "topo, gris pardo, piedra",
		brown:
			"marrón, marrones, castañ{o,a,os,as}, pard{o,a}, nogal, caoba, café oscuro, color café",
		chocolate: "chocolate, marrón oscuro",
		grey: "gris, grises, grisáce{o,a}, pizarra, ceniza",
		charcoal: "antracita, gris oscuro, grafito, carbón",
		silver: "plata, platead{o,a,os,as}, gris claro",
		black: "negr{o,a,os,as}, ébano",
		white: "blanc{o,a,os,as}, blanquecino",
	},
	flowers: {
		rose: "rosas rojas, rosas blancas, rosal{,es}, ramo de rosas, jardín de rosas, rosas, peonía{,s}, clavel{,es}",
		tulip: "tulipán, tulipanes",
		sunflower: "girasol, girasoles, campo de girasoles",
		daisy: "margarita{,s}, manzanilla, flores silvestres",
		poppy: "amapola{,s}, campo de amapolas",
		lavender: "lavanda, campo de lavanda, campos de lavanda, lavandas",
	},
	patterns: {
		marble: "mármol, remolino{,s}, fluido, tinta, seda",
		contours: "líneas, curvas de nivel, ondas",
		interlace:
			"geométric{o,a,os,as}, azulejo{,s}, mosaico{,s}, patrón?, patrones?, mandala{,s}, ornamento{,s}?, arabesco{,s}, papel tapiz?, papel pintado?",
		shapes: "formas, círculos, bauhaus, minimalista, logo{,s}, logotipo{,s}",
	},
	rugShapes: {
		runner: "pasillero, alfombra de pasillo, pasillo{,s}",
		round: "redond{o,a,os,as}, circular, ovalad{o,a}",
		square: "cuadrad{o,a,os,as}",
		rectangle: "rectangular",
	},
	rugDesigns: {
		medallion:
			"medallón, medallones, persa{,s}?, oriental{,es}?, clásic{o,a}?, tradicional?",
		allover: "paisley, cachemira, boteh",
		tribal:
			"kilim{,s}, tribal, geométric{o,a,os,as}, bereber, marroquí, étnic{o,a}, rombos",
		striped:
			"rayas, a rayas, modern{o,a}?, minimalista?, nórdic{o,a}?, listad{o,a}",
		lattice: "floral, flores, floread{o,a}, enrejado",
	},
	rugPalettes: {
		classic: "antigu{o,a,os,as}, clásic{o,a}, tradicional",
		pastel: "pastel{,es}, tonos suaves, desteñid{o,a}",
		modern:
			"modern{o,a}, nórdic{o,a}, neutr{o,a,os,as}, minimalista, bereber, marroquí",
	},
});
