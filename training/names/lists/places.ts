/** Well-known cities and regions, written for this project. One a line or comma. */
export const CITIES = `
London, Paris, Berlin, Madrid, Rome, Vienna, Amsterdam, Brussels, Lisbon, Dublin, Athens, Budapest, Prague, Warsaw, Stockholm, Oslo,
Copenhagen, Helsinki, Zurich, Geneva, Bern, Basel, Munich, Hamburg, Cologne, Frankfurt, Stuttgart, Düsseldorf, Leipzig, Dresden, Hannover,
Nuremberg, Bremen, Dortmund, Essen, Bonn, Mannheim, Karlsruhe, Augsburg, Freiburg, Münster, Aachen, Kiel, Lübeck, Rostock, Potsdam, Mainz,
München, Köln, Nürnberg, Wien, Graz, Linz, Salzburg, Innsbruck, Klagenfurt, Zürich, Genève, Lausanne, Luzern, Lyon, Marseille, Toulouse,
Nice, Nantes, Strasbourg, Montpellier, Bordeaux, Lille, Rennes, Reims, Grenoble, Dijon, Angers, Nîmes, Rouen, Caen, Metz, Nancy, Tours,
Barcelona, Valencia, Sevilla, Seville, Zaragoza, Málaga, Murcia, Palma, Bilbao, Alicante, Córdoba, Valladolid, Vigo, Gijón, Granada,
Milano, Milan, Roma, Napoli, Naples, Torino, Turin, Palermo, Genova, Genoa, Bologna, Firenze, Florence, Bari, Catania, Venezia, Venice,
Verona, Messina, Padova, Padua, Trieste, Brescia, Parma, Modena, Perugia, Livorno, Cagliari, Pisa, Siena, Rotterdam, Utrecht, Eindhoven,
Groningen, Tilburg, Almere, Breda, Nijmegen, Haarlem, Arnhem, Leiden, Delft, Maastricht, Antwerp, Antwerpen, Ghent, Gent, Bruges, Leuven,
Liège, Namur, Charleroi, Luxembourg, Kraków, Krakow, Łódź, Wrocław, Poznań, Gdańsk, Szczecin, Lublin, Katowice, Warszawa, Brno, Ostrava,
Plzeň, Praha, Bratislava, Košice, Debrecen, Szeged, Bucharest, Cluj, Timișoara, Iași, Sofia, Plovdiv, Belgrade, Novi Sad, Zagreb, Split,
Ljubljana, Maribor, Sarajevo, Skopje, Tirana, Porto, Braga, Coimbra, Faro, Gothenburg, Göteborg, Malmö, Uppsala, Bergen, Trondheim,
Stavanger, Aarhus, Odense, Aalborg, Tampere, Turku, Espoo, Oulu, Tallinn, Tartu, Riga, Vilnius, Kaunas, Reykjavik, Moscow, Kyiv, Kiev,
Lviv, Odessa, Kharkiv, Minsk, Istanbul, Ankara, Izmir, Antalya, Bursa, Thessaloniki, Manchester, Birmingham, Liverpool, Leeds, Sheffield,
Bristol, Newcastle, Nottingham, Leicester, Coventry, Bradford, Southampton, Portsmouth, Plymouth, Brighton, Oxford, Cambridge, York, Bath,
Norwich, Exeter, Reading, Derby, Swansea, Cardiff, Newport, Wrexham, Edinburgh, Glasgow, Aberdeen, Dundee, Inverness, Stirling, Perth,
Belfast, Derry, Cork, Galway, Limerick, Waterford, Kilkenny, New York, Los Angeles, Chicago, Houston, Phoenix, Philadelphia, San Antonio,
San Diego, Dallas, San Jose, Austin, Jacksonville, Fort Worth, Columbus, Charlotte, San Francisco, Indianapolis, Seattle, Denver,
Washington, Boston, El Paso, Nashville, Detroit, Portland, Memphis, Oklahoma City, Las Vegas, Louisville, Baltimore, Milwaukee,
Albuquerque, Tucson, Fresno, Sacramento, Kansas City, Mesa, Atlanta, Omaha, Colorado Springs, Raleigh, Miami, Oakland, Minneapolis, Tulsa,
Cleveland, Wichita, Arlington, Tampa, New Orleans, Honolulu, Anaheim, Pittsburgh, Cincinnati, Anchorage, Toledo, Newark, Plano, Orlando,
Buffalo, Madison, Lincoln, Boise, Reno, Richmond, Spokane, Des Moines, Salt Lake City, Tallahassee, Savannah, Charleston, Springfield,
Ohio, Texas, California, Florida, Nevada, Oregon, Alaska, Hawaii, Arizona, Colorado, Georgia, Illinois, Indiana, Iowa, Kansas, Kentucky,
Louisiana, Maine, Maryland, Massachusetts, Michigan, Minnesota, Mississippi, Missouri, Montana, Nebraska, Oklahoma, Pennsylvania, Tennessee,
Utah, Vermont, Virginia, Wisconsin, Wyoming, Delaware, Connecticut, Idaho, Alabama, Arkansas, Brooklyn, Manhattan, Queens, Bronx, Toronto,
Montreal, Montréal, Vancouver, Calgary, Edmonton, Ottawa, Winnipeg, Quebec, Québec, Halifax, Ontario, Alberta, Manitoba, Saskatchewan,
Mexico City, Guadalajara, Monterrey, Puebla, Tijuana, Cancún, Mérida, Oaxaca, Bogotá, Medellín, Cali, Barranquilla, Cartagena, Lima,
Arequipa, Cusco, Quito, Guayaquil, Caracas, Maracaibo, La Paz, Santa Cruz, Santiago, Valparaíso, Concepción, Buenos Aires, Rosario, Mendoza,
Montevideo, Asunción, São Paulo, Rio de Janeiro, Brasília, Salvador, Fortaleza, Belo Horizonte, Manaus, Curitiba, Recife, Porto Alegre,
Havana, Kingston, Nassau, Panama City, Managua, Tegucigalpa, Cairo, Alexandria, Casablanca, Rabat, Marrakech, Tunis, Algiers, Tripoli,
Lagos, Abuja, Kano, Ibadan, Accra, Kumasi, Abidjan, Dakar, Nairobi, Mombasa, Kampala, Kigali, Dar es Salaam, Addis Ababa, Johannesburg,
Cape Town, Durban, Pretoria, Harare, Lusaka, Luanda, Dubai, Abu Dhabi, Doha, Riyadh, Jeddah, Mecca, Kuwait City, Muscat, Manama, Beirut,
Damascus, Amman, Jerusalem, Tel Aviv, Haifa, Baghdad, Basra, Tehran, Isfahan, Shiraz, Kabul, Karachi, Lahore, Islamabad, Rawalpindi,
Peshawar, Mumbai, Delhi, Bangalore, Bengaluru, Hyderabad, Chennai, Kolkata, Pune, Ahmedabad, Jaipur, Lucknow, Kanpur, Nagpur, Indore,
Bhopal, Patna, Surat, Kochi, Goa, Chandigarh, Gurgaon, Noida, Coimbatore, Dhaka, Chittagong, Colombo, Kathmandu, Thimphu, Yangon, Bangkok,
Chiang Mai, Phuket, Hanoi, Saigon, Ho Chi Minh City, Da Nang, Phnom Penh, Vientiane, Kuala Lumpur, Penang, Singapore, Jakarta, Surabaya,
Bandung, Bali, Manila, Cebu, Davao, Beijing, Shanghai, Guangzhou, Shenzhen, Chengdu, Chongqing, Tianjin, Wuhan, Hangzhou, Nanjing, Xi'an,
Suzhou, Qingdao, Dalian, Xiamen, Kunming, Changsha, Zhengzhou, Shenyang, Harbin, Jinan, Ningbo, Fuzhou, Hefei, Nanchang, Guiyang, Lhasa,
Lanzhou, Haikou, Sanya, Zhuhai, Dongguan, Foshan, Wuxi, Hong Kong, Macau, Taipei, Kaohsiung, Taichung, Tokyo, Osaka, Kyoto, Nagoya,
Sapporo, Yokohama, Kobe, Fukuoka, Hiroshima, Sendai, Nara, Okinawa, Seoul, Busan, Incheon, Daegu, Pyongyang, Ulaanbaatar, Almaty, Tashkent,
Baku, Tbilisi, Yerevan, Sydney, Melbourne, Brisbane, Perth, Adelaide, Canberra, Hobart, Darwin, Gold Coast, Cairns, Auckland, Wellington,
Christchurch, Hamilton, Dunedin, Suva, Bavaria, Bayern, Saxony, Tuscany, Toscana, Lombardy, Catalonia, Andalusia, Andalucía, Brittany,
Normandy, Provence, Scotland, Wales, Cornwall, Yorkshire, Kent, Essex, Sussex, Surrey, Devon, Dorset, Flanders, Wallonia, Galicia, Sicily,
Sardinia, Crete, Siberia, Crimea, Punjab, Kerala, Gujarat, Maharashtra, Karnataka, Rajasthan, Bihar, Assam, Yunnan, Sichuan, Hunan, Hubei,
Guangdong, Guangxi, Fujian, Zhejiang, Jiangsu, Anhui, Hebei, Henan, Shandong, Shanxi, Shaanxi, Guizhou, Hainan, Jiangxi, Gansu, Qinghai,
Liaoning, Jilin, Heilongjiang, Xinjiang, Tibet, Ningxia, Hokkaido, Dali, Lijiang, Guilin, Suzhou, Luoyang, Quanzhou, Yangzhou, Wenzhou
`

/** Countries and parts of the world, in English and in their own or other common languages. */
export const COUNTRIES = `
Afghanistan, Albania, Algeria, Andorra, Angola, Argentina, Armenia, Australia, Austria, Azerbaijan, Bahamas, Bahrain, Bangladesh, Barbados,
Belarus, Belgium, Belize, Benin, Bermuda, Bhutan, Bolivia, Bosnia, Herzegovina, Botswana, Brazil, Brunei, Bulgaria, Burkina Faso, Burundi,
Cambodia, Cameroon, Canada, Cape Verde, Chad, Chile, China, Colombia, Comoros, Congo, Costa Rica, Croatia, Cuba, Cyprus, Czechia,
Czech Republic, Denmark, Djibouti, Dominica, Dominican Republic, Ecuador, Egypt, El Salvador, Eritrea, Estonia, Eswatini, Ethiopia, Fiji,
Finland, France, Gabon, Gambia, Georgia, Germany, Ghana, Gibraltar, Greece, Greenland, Grenada, Guadeloupe, Guam, Guatemala, Guernsey,
Guinea, Guyana, Haiti, Honduras, Hong Kong, Hungary, Iceland, India, Indonesia, Iran, Iraq, Ireland, Israel, Italy, Ivory Coast, Jamaica,
Japan, Jersey, Jordan, Kazakhstan, Kenya, Kiribati, Korea, Kosovo, Kuwait, Kyrgyzstan, Laos, Latvia, Lebanon, Lesotho, Liberia, Libya,
Liechtenstein, Lithuania, Luxembourg, Macao, Macedonia, Madagascar, Malawi, Malaysia, Maldives, Mali, Malta, Martinique, Mauritania,
Mauritius, Mexico, Micronesia, Moldova, Monaco, Mongolia, Montenegro, Montserrat, Morocco, Mozambique, Myanmar, Namibia, Nauru, Nepal,
Netherlands, New Zealand, Nicaragua, Niger, Nigeria, Norway, Oman, Pakistan, Palau, Palestine, Panama, Papua, Paraguay, Peru, Philippines,
Poland, Portugal, Puerto Rico, Qatar, Romania, Russia, Russian Federation, Rwanda, Samoa, San Marino, Saudi Arabia, Senegal, Serbia,
Seychelles, Sierra Leone, Singapore, Slovakia, Slovenia, Somalia, South Africa, Spain, Sri Lanka, Sudan, Suriname, Sweden, Switzerland,
Syria, Taiwan, Tajikistan, Tanzania, Thailand, Timor, Togo, Tonga, Trinidad, Tobago, Tunisia, Turkey, Türkiye, Turkmenistan, Tuvalu, Uganda,
Ukraine, United Arab Emirates, United Kingdom, United States, Uruguay, Uzbekistan, Vanuatu, Vatican, Venezuela, Vietnam, Yemen, Zambia,
Zimbabwe, England, Britain, America, Europe, Asia, Africa, USA, UK, UAE, Deutschland, Österreich, Schweiz, Frankreich, Italien, Spanien,
Niederlande, Belgien, Dänemark, Schweden, Norwegen, Polen, Tschechien, Ungarn, Griechenland, Türkei, Großbritannien, Allemagne, Autriche,
Suisse, Espagne, Italie, Angleterre, Belgique, Pays-Bas, Pologne, Grèce, Turquie, Russie, Chine, Japon, Inde, Brésil, Mexique, Maroc,
Algérie, Tunisie, Alemania, Francia, España, Italia, Inglaterra, Suiza, Bélgica, Holanda, Polonia, Grecia, Turquía, Rusia, Japón, Brasil,
México, Perú, Marruecos, Argelia, Egipto, Estados Unidos, Germania, Spagna, Svizzera, Inghilterra, Giappone, Cina, Nederland, België,
Duitsland, Frankrijk, Spanje, Zwitserland, Polska, Niemcy, Francja, Hiszpania, Włochy, Czechy, Alemanha, França, Espanha, Suíça, Itália,
Sverige, Norge, Danmark, Suomi, Česko, Slovensko, Magyarország, România, Hrvatska, Slovenija, Srbija, Éire, Eesti, Latvija, Lietuva
`

/** Of nationalities, languages and faiths: adjectives and who has them. */
export const NATIONALITIES = `
Afghan Albanian Algerian American Andorran Angolan Arab Arabic Argentine Argentinian Armenian Asian Australian Austrian Azerbaijani Bahamian
Bahraini Bangladeshi Basque Belarusian Belgian Belizean Bolivian Bosnian Brazilian British Bruneian Bulgarian Burmese Cambodian Cameroonian
Canadian Catalan Chilean Chinese Colombian Congolese Croatian Cuban Cypriot Czech Danish Dutch Ecuadorian Ecuadorean Egyptian English
Englishman Englishmen Eritrean Estonian Ethiopian European Fijian Filipino Finnish Flemish French Frenchman Gambian Georgian German Ghanaian
Greek Guatemalan Guyanese Haitian Hispanic Honduran Hungarian Icelandic Icelander Indian Indonesian Iranian Iraqi Irish Irishman Israeli
Italian Jamaican Japanese Jordanian Kazakh Kenyan Korean Kuwaiti Kurdish Laotian Latino Latvian Lebanese Liberian Libyan Lithuanian
Luxembourgish Macedonian Malagasy Malawian Malaysian Maldivian Malian Maltese Mauritian Mexican Moldovan Mongolian Montenegrin Moroccan
Mozambican Namibian Nepalese Nepali Dutchman Nicaraguan Nigerian Norwegian Omani Pakistani Palestinian Panamanian Paraguayan Persian
Peruvian Polish Portuguese Qatari Romanian Russian Rwandan Salvadoran Saudi Scottish Scotsman Senegalese Serbian Singaporean Slovak
Slovenian Somali Spanish Spaniard Sudanese Surinamese Swede Swedish Swiss Syrian Taiwanese Tajik Tanzanian Thai Tibetan Tunisian Turk Turkish
Turkmen Ugandan Ukrainian Uruguayan Uzbek Venezuelan Vietnamese Welsh Welshman Yemeni Zambian Zimbabwean Christian Catholic Protestant
Orthodox Muslim Jewish Hindu Buddhist Sikh Shiite Shii Sunni Mormon Baptist Lutheran Methodist Dane Finn Pole Scot Serb Croat Briton
`
