/** Common surnames of many countries, written for this project; case and accents do not matter. */
export const SURNAMES = `
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore
Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen
Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards
Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox
Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross
Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell Coleman Butler Henderson Barnes Gonzales Fisher Vasquez Simmons Romero Jordan
Patterson Alexander Hamilton Graham Reynolds Griffin Wallace Moreno West Cole Hayes Bryant Herrera Gibson Ellis Tran Medina Aguilar
Stevens Murray Ford Castro Marshall Owens Harrison Fernandez McDonald Woods Washington Kennedy Wells Vargas Henry Chen Freeman Webb
Tucker Guzman Burns Crawford Olson Simpson Porter Hunter Gordon Mendez Silva Shaw Snyder Mason Dixon Munoz Hunt Hicks Holmes Palmer
Wagner Black Robertson Boyd Stone Salazar Fox Warren Mills Meyer Rice Schmidt Garza Daniels Ferguson Nichols Stephens Soto Weaver Ryan
Gardner Payne Grant Dunn Kelley Spencer Hawkins Arnold Pierce Hansen Peters Santos Hart Bradley Knight Elliott Cunningham Duncan
Armstrong Hudson Carroll Lane Riley Andrews Alvarado Ray Delgado Berry Perkins Hoffman Johnston Matthews Pena Richards Contreras Willis
Carpenter Lawrence Sandoval Guerrero George Chapman Rios Estrada Ortega Watkins Greene Nunez Wheeler Valdez Harper Burke Larson Santiago
Maldonado Morrison Franklin Carlson Austin Dominguez Carr Lawson Jacobs Obrien Lynch Singh Vega Bishop Montgomery Oliver Jensen Harvey
Williamson Gilbert Dean Sims Espinoza Howell Li Wong Reid Hanson Le McCoy Garrett Burton Fuller Wang Weber Welch Rojas Lucas Marquez
Fields Park Yang Little Banks Padilla Day Walsh Bowman Schultz Luna Fowler Mejia Davidson Acosta Brewer May Holland Juarez Newman Pearson
Curtis Cortez Douglas Schneider Joseph Barrett Navarro Figueroa Keller Avila Wade Molina Stanley Hopkins Campos Barnett Bates Chambers
Caldwell Beck Lambert Miranda Byrd Craig Ayala Lowe Frazier Powers Neal Leonard Gregory Carrillo Sutton Fleming Rhodes Shelton Schwartz
Norris Jennings Rios Fletcher Clarke Davies Hussain Khan Ahmed Ali Begum Shah Kaur Gill Sharp Barker Pugh Lloyd Griffiths Rees Bevan
Pritchard Macdonald Mackenzie Maclean Macleod Buchanan Sinclair Munro Farquhar Drummond Byrne OConnor ONeill OReilly Doyle McCarthy
Gallagher Doherty Kavanagh Brennan Nolan Fitzgerald Maguire Donnelly Flanagan Healy Quinn Sweeney Müller Schmidt Schneider Fischer Weber
Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann
Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs
Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke
Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas
Schreiber Graf Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Ernst Lindner Hübner
Kaufmann Steiner Gruber Moser Pichler Egger Hofer Leitner Bianchi Brunner Zürcher Gerber Frei Martin Bernard Dubois Thomas Robert Richard
Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard André Lefèvre Mercier
Dupont Lambert Bonnet François Martinez Legrand Garnier Faure Rousseau Blanc Guerin Muller Henry Roussel Nicolas Perrin Morin Mathieu
Clement Gauthier Dumont Lopez Fontaine Chevalier Robin Masson Sanchez Gerard Nguyen Boyer Denis Lemaire Duval Joly Gautier Roger Roche
Roy Noel Meyer Lucas Meunier Jean Perez Marchand Dufour Blanchard Marie Barbier Brun Dumas Brunet Schmitt Leroux Colas Fernandez Renard
Tremblay Gagnon Bouchard Gauthier Morin Lavoie Fortin Gagné Ouellet Pelletier Bélanger Lévesque Bergeron Leblanc Paquette Girard García
González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez Romero Alonso
Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín
Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos Lozano Guerrero Cano Prieto Méndez Cruz Calvo Gallego Vidal León Márquez
Herrera Peña Flores Cabrera Campos Vega Fuentes Carrasco Diez Reyes Caballero Nieto Aguilar Pascual Santana Herrero Lorenzo Montero
Hidalgo Giménez Ibáñez Ferrer Duran Santiago Benítez Mora Vicente Vargas Arias Carmona Crespo Román Pastor Soto Sáez Velasco Moya Soler
Parra Esteban Bravo Gallardo Rojas Quispe Mamani Huamán Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno
Gallo Conti De Luca Mancini Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini
Leone Longo Gentile Martinelli Vitale Lombardo Serra Coppola De Santis D'Angelo Marchetti Parisi Villa Conte Ferraro Ferri Fabbri Bianco
Marini Grasso Valentini Messina Sala De Angelis Gatti Pellegrini Palumbo Sanna Farina Rizzi Monti Cattaneo Morelli Amato Silvestri
Mazza Testa Grassi Pellegrino Carbone Giuliani Benedetti Barone Rossetti Caputo Montanari Guerra Palmieri Bernardi Martino Fiore De Jong
Jansen De Vries Van den Berg Van Dijk Bakker Janssen Visser Smit Meijer De Boer Mulder De Groot Bos Vos Peters Hendriks Van Leeuwen
Dekker Brouwer De Wit Dijkstra Smits De Graaf Van der Meer Van der Linden Kok Jacobs De Haan Vermeulen Van den Heuvel Van der Veen
Van den Broek Verhoeven Willems Hoekstra Koster Prins Huisman Peeters Maes Claes Goossens Wouters De Smet Dubois Lambert Nowak Kowalski
Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Krawczyk
Piotrowski Grabowski Nowakowski Pawłowski Michalski Nowicki Adamczyk Dudek Zając Wieczorek Jabłoński Król Majewski Olszewski Jaworski
Wróbel Malinowski Stępień Górski Rutkowski Kowalska Nowakowska Wiśniewska Wójcik Kamińska Lewandowska Zielińska Szymańska Silva Santos
Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gonçalves Gomes Lopes Marques Alves Almeida Ribeiro Pinto
Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro Cardoso Rocha Neves Coelho Cruz Cunha Pires Ramos Reis Simões
Antunes Matos Fonseca Machado Araújo Barbosa Lima Souza Barros Freitas Nascimento Andersson Johansson Karlsson Nilsson Eriksson Larsson
Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Lindberg Jakobsson Magnusson Lindström Olofsson Lindqvist
Lindgren Berg Axelsson Bergström Lundberg Lind Lundgren Mattsson Berglund Fredriksson Sandberg Henriksson Hansen Johansen Olsen Larsen
Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen Eriksen Berg Haugen Hagen Johannessen Nielsen Christensen Rasmussen
Sørensen Petersen Madsen Kristensen Olsen Thomsen Christiansen Poulsen Knudsen Mortensen Møller Korhonen Virtanen Mäkinen Nieminen
Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Saarinen Salminen Niemi Novák Svoboda Novotný Dvořák Černý Procházka Kučera
Veselý Horák Němec Pokorný Marek Pospíšil Hájek Král Růžička Beneš Nováková Svobodová Dvořáková Horváth Kováč Varga Tóth Nagy Baláž Szabó
Kovács Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Lakatos Mészáros Popescu Ionescu Popa Radu Dumitru Stan Stoica Gheorghe
Ivanov Smirnov Kuznetsov Popov Vasiliev Petrov Sokolov Mikhailov Novikov Fedorov Morozov Volkov Alekseev Lebedev Semenov Egorov Pavlov
Kozlov Stepanov Nikolaev Orlov Makarov Zaitsev Ivanova Petrova Sokolova Shevchenko Bondarenko Kovalenko Tkachenko Kravchenko Boyko
Papadopoulos Georgiou Nikolaidis Pappas Vlahos Yılmaz Kaya Demir Çelik Şahin Yıldız Öztürk Aydın Arslan Doğan Kılıç Horvat Kovačević
Babić Marić Novak Jurić Kovačič Krajnc Zupančič Jovanović Petrović Nikolić Marković Đorđević Stojanović Ilić Kumar Sharma Singh Gupta
Patel Verma Reddy Rao Nair Iyer Menon Das Bose Mukherjee Chatterjee Banerjee Ghosh Agarwal Mehta Desai Joshi Kulkarni Patil Naidu Pillai
Chopra Kapoor Malhotra Khanna Sinha Mishra Pandey Tiwari Yadav Chauhan Thakur Bhatt Trivedi Jain Choudhary Khan Ahmed Malik Hussain
Qureshi Siddiqui Ansari Sheikh Butt Chaudhry Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng
Liang Xie Song Tang Xu Deng Han Feng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren Lu Yao Shen Zhong
Jiang Cui Tan Lu Fan Wang Jin Shi Dai Jia Xia Qiu Fang Hou Zou Xiong Meng Qin Bai Shao Mao Chang Wan Gu Lai Wu Kang He Yan Qian Shi Niu
Hong Gong Tang Tao Wong Chan Cheung Lau Leung Ng Ho Kwok Lam Chow Yip Tam Lee Kim Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin
Kwon Hwang Ahn Song Yoo Hong Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi
Matsumoto Inoue Kimura Hayashi Shimizu Yamazaki Mori Abe Ikeda Hashimoto Ishikawa Maeda Fujita Ogawa Goto Okada Hasegawa Murakami Kondo
Nguyen Tran Le Pham Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Santoso Wijaya Hidayat Setiawan Kusuma Suharto Okafor Okonkwo Adeyemi
Adebayo Balogun Eze Nwosu Obi Okoye Abubakar Mensah Owusu Boateng Asante Osei Appiah Otieno Ochieng Mwangi Kamau Njoroge Wanjiku Kariuki
Kimani Mutua Dlamini Nkosi Khumalo Ndlovu Mokoena Naidoo Botha Van der Merwe Pretorius Venter Nel Cohen Levi Levy Mizrahi Peretz Friedman
Katz Shapiro Goldberg Rosenberg Haddad Khoury Mansour Nasser Farah Saleh Hamdan Aziz Rahman Islam Hossain Chowdhury Uddin Akhtar
`
