/**
 * Common given names of many countries, written for this project; case and accents do not matter.
 */
export const GIVEN_NAMES = `
James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Mark Donald Steven Paul
Andrew Joshua Kenneth Kevin Brian George Timothy Ronald Edward Jason Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry
Justin Scott Brandon Benjamin Samuel Gregory Alexander Frank Patrick Raymond Jack Dennis Jerry Tyler Aaron Jose Adam Nathan Henry
Douglas Zachary Peter Kyle Noah Ethan Jeremy Walter Christian Keith Roger Terry Austin Sean Gerald Carl Harold Dylan Arthur Lawrence
Jordan Jesse Bryan Billy Bruce Gabriel Joe Logan Alan Juan Albert Willie Elijah Wayne Randy Vincent Mason Roy Ralph Bobby Russell
Bradley Philip Eugene Liam Oliver Lucas Leo Theo Oscar Max Harry Charlie Alfie Freddie Archie Simon Graham Nigel Ian Neil Stuart
Colin Trevor Malcolm Derek Clive Barry Gareth Rhys Owen Dafydd Callum Hamish Angus Fergus Declan Cillian Conor Liam Niall Seamus
Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Margaret Ashley Kimberly Emily Donna
Michelle Carol Amanda Melissa Deborah Stephanie Dorothy Rebecca Sharon Laura Cynthia Amy Kathleen Angela Shirley Brenda Emma Anna
Pamela Nicole Samantha Katherine Christine Helen Debra Rachel Carolyn Janet Maria Catherine Heather Diane Olivia Julie Joyce Victoria
Ruth Virginia Lauren Kelly Christina Joan Evelyn Judith Andrea Hannah Megan Cheryl Jacqueline Martha Madison Teresa Gloria Sara Janice
Ann Kathryn Abigail Sophia Frances Jean Alice Judy Isabella Julia Grace Amber Denise Danielle Marilyn Beverly Charlotte Natalie Theresa
Diana Brittany Doris Kayla Alexis Lori Marie Ava Mia Chloe Zoe Lily Ella Ruby Poppy Freya Isla Evie Daisy Phoebe Imogen Harriet Fiona
Siobhan Aoife Niamh Ciara Sinead Roisin Bronwyn Rhiannon Cerys Tamara Judy Jane Kate Katie Anne Rose Molly Lucy Ellie Millie Erin Paige
Mike Dave Bob Bill Jim Tom Tim Steve Chris Matt Dan Ben Sam Alex Nick Tony Greg Jeff Ken Ron Don Rob Rick Jenny Liz Beth Sue Meg Kathy
Lukas Leon Finn Jonas Felix Paul Elias Maximilian Moritz Emil Jakob Anton Julian Tobias Sebastian Florian Fabian Philipp Niklas Jan Tim
Stefan Andreas Thomas Michael Markus Matthias Martin Christoph Juergen Jürgen Klaus Wolfgang Uwe Bernd Dieter Günter Helmut Horst Manfred
Werner Rainer Ralf Torsten Sven Jens Holger Heinz Hans Karl Friedrich Wilhelm Ernst Otto Fritz Gerhard Herbert Siegfried Norbert Detlef
Lena Leonie Mila Clara Emilia Marie Luisa Frieda Ida Mathilda Greta Johanna Katharina Sabine Petra Monika Ursula Renate Ingrid Helga
Gisela Brigitte Birgit Claudia Susanne Martina Andrea Nicole Stefanie Anja Katrin Heike Silke Anke Ute Kerstin Annette Gabriele Karin
Hannelore Ilse Gertrud Elfriede Liesel Heidi Anneliese Lieselotte Steffi Jana Franziska Antje Maren Wiebke Frauke Imke Svenja Nele
Jean Pierre Michel André Philippe René Louis Alain Jacques Bernard Marcel Daniel Roger Claude Christian Henri Georges François Gérard
Laurent Nicolas Sébastien Julien Guillaume Mathieu Antoine Olivier Thierry Pascal Stéphane Frédéric Éric Yves Didier Gilles Hervé Luc
Benoît Xavier Étienne Rémi Loïc Yann Hugo Théo Enzo Jules Gabin Arnaud Fabrice Cédric Lucien Émile Gaston Marie Jeanne Françoise Monique
Catherine Nathalie Isabelle Sylvie Martine Nicole Jacqueline Véronique Chantal Céline Sandrine Valérie Aurélie Émilie Camille Léa Manon
Chloé Inès Juliette Élodie Amélie Margaux Mathilde Pauline Agathe Solène Brigitte Hélène Odile Geneviève Colette Simone Yvette Delphine
José Antonio Manuel Francisco Juan Javier Miguel Ángel Carlos Jesús Pedro Rafael Fernando Luis Alberto Sergio Pablo Jorge Alejandro
Andrés Diego Álvaro Rubén Raúl Enrique Ramón Vicente Iván Óscar Adrián Joaquín Santiago Eduardo Víctor Mario Roberto Jaime Ignacio
Alfonso Salvador Ricardo Emilio Julio Guillermo Gonzalo Mateo Hugo Martín Felipe Esteban Gustavo Rodrigo Arturo Ernesto Héctor Leonardo
María Carmen Josefa Isabel Dolores Pilar Teresa Ana Francisca Laura Antonia Mercedes Cristina Marta Lucía Elena Rosario Paula Raquel
Sara Rosa Concepción Beatriz Manuela Encarnación Silvia Julia Irene Patricia Montserrat Nuria Rocío Alba Andrea Sofía Valentina Camila
Ximena Gabriela Daniela Fernanda Guadalupe Yolanda Verónica Alejandra Mariana Lourdes Consuelo Esperanza Graciela Inés Noelia Lorena
Giuseppe Giovanni Antonio Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco Domenico Bruno Paolo Michele Giorgio Aldo
Sergio Luciano Alessandro Andrea Marco Luca Matteo Lorenzo Davide Simone Federico Riccardo Stefano Roberto Massimo Fabio Enrico Giulio
Tommaso Gianluca Emanuele Nicola Filippo Claudio Maurizio Giulia Chiara Francesca Federica Sara Martina Valentina Alessia Elisa Silvia
Paola Giovanna Rosa Angela Giuseppina Lucia Caterina Rita Concetta Carla Sofia Aurora Ginevra Beatrice Bianca Ilaria Serena Monica Laura
Daan Sem Lucas Levi Finn Noud Bram Thijs Jesse Ruben Lars Milan Sander Jeroen Maarten Pieter Joost Wouter Bas Koen Niels Hendrik Willem
Cornelis Johannes Gerrit Jan Kees Piet Henk Sanne Lotte Anouk Femke Fleur Eva Tess Julia Saar Roos Lieke Marieke Annemiek Ingrid Wilma
Antoni Jakub Jan Szymon Aleksander Franciszek Filip Mikołaj Wojciech Kacper Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Grzegorz
Jerzy Tadeusz Adam Łukasz Zbigniew Ryszard Dariusz Henryk Mariusz Kazimierz Robert Mateusz Marek Rafał Jacek Janusz Maciej Zofia Hanna
Zuzanna Maja Laura Oliwia Alicja Lena Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Elżbieta Joanna
Aleksandra Monika Teresa Danuta Natalia Karolina Marta Beata Dorota Jadwiga Janina Jolanta Grażyna Iwona Paulina Justyna
João José António Francisco Luís Paulo Carlos Pedro Tiago Rui Nuno Miguel Bruno André Ricardo Gonçalo Rodrigo Vasco Duarte Caio Thiago
Gustavo Mateus Vinícius Leandro Marcelo Fabrício Wagner Adriana Aline Bruna Camila Fernanda Juliana Larissa Letícia Mariana Patrícia
Renata Tatiana Vanessa Beatriz Inês Joana Catarina Mafalda Leonor Matilde Carolina Sofia Ana Teresa Rita Fátima Conceição Lúcia
Lars Erik Anders Per Karl Mikael Nils Johan Jan Hans Björn Gunnar Sven Axel Oskar Gustav Magnus Henrik Fredrik Mattias Jonas Anna Eva
Maria Karin Kristina Lena Kerstin Ingrid Emma Sofia Elin Johanna Astrid Linnea Ebba Saga Maja Wilma Signe Freja Ida Mette Kirsten Hanne
Inge Søren Jørgen Mads Rasmus Kasper Mikkel Anders Jens Niels Morten Thomas Lone Bente Birgit Tone Ole Kjell Odd Arne Knut Håkon Sigurd
Juhani Matti Timo Antti Mikko Jari Pekka Kari Heikki Ville Eero Aino Helmi Anneli Johanna Kaisa Tuula Päivi Minna Sari Satu Riikka Jukka
Jiří Jan Petr Pavel Josef Martin Tomáš Jaroslav Miroslav Zdeněk Václav Michal František Jakub Milan Karel Lukáš David Vladimír Marie
Jana Eva Hana Anna Věra Lenka Alena Kateřina Petra Lucie Jaroslava Ludmila Helena Jitka Martina Zdeňka Veronika Tereza Ivana Markéta
László István József János Zoltán Sándor Ferenc Gábor Attila Péter Tamás Zsolt Tibor Imre Balázs Bence Levente Erzsébet Katalin Ilona
Éva Zsuzsanna Margit Judit Ágnes Andrea Ildikó Réka Dóra Eszter Anikó Andrei Ion Vasile Gheorghe Mihai Ștefan Alexandru Cristian Elena
Ioana Mihaela Ana Nikolai Ivan Dmitri Sergei Sergey Alexei Aleksey Vladimir Andrey Mikhail Yuri Boris Igor Oleg Pavel Viktor Anatoly
Konstantin Maxim Natasha Natalia Olga Tatiana Irina Svetlana Ekaterina Yelena Anastasia Ludmila Galina Oksana Volodymyr Oleksandr Mykola
Bohdan Taras Yaroslav Halyna Giorgos Yannis Dimitris Kostas Nikos Panagiotis Vasilis Eleni Katerina Sofia Georgia Dimitra Mehmet Mustafa
Ahmet Ali Hüseyin Hasan İbrahim Emre Murat Burak Cem Kemal Fatma Ayşe Emine Hatice Zeynep Elif Merve Deniz Selin Mohammed Muhammad
Mohamed Ahmed Mahmoud Hassan Hussein Omar Khalid Abdullah Abdul Youssef Yusuf Karim Tariq Bilal Hamza Ibrahim Ismail Khaled Samir Nabil
Fatima Aisha Khadija Maryam Zainab Layla Leila Noor Amina Salma Yasmin Rania Huda Samira Nadia Hiba Dina Imran Asif Faisal Zahid Usman
Ayesha Sana Bushra Rahul Amit Raj Rajesh Sanjay Vijay Anil Sunil Suresh Ramesh Mahesh Ravi Arjun Vikram Rohit Rohan Aditya Karan Nikhil
Arun Ashok Deepak Manoj Pradeep Prakash Rajiv Sandeep Vivek Harish Ganesh Krishna Priya Anjali Pooja Neha Kavita Sunita Anita Meera
Lakshmi Divya Shreya Ananya Aishwarya Nisha Ritu Sita Geeta Radha Swati Deepika Shalini Asha Usha Rekha Wei Fang Xiuying Na Min Jing Li
Qiang Lei Jun Yang Yong Yan Jie Tao Ming Chao Xiulan Xia Ping Gang Guiying Hui Hong Hao Yu Xin Lin Bo Peng Fei Long Kai Ting Mei Xiaoming
Jianguo Jianhua Zhiqiang Yuhan Zihan Haoran Yuxuan Xinyi Yichen Meiling Xiaohong Xiaoyan Weiwei Hiroshi Takashi Kenji Takeshi Satoshi
Kazuo Yuki Haruto Sota Yuto Ren Riku Akira Daisuke Kenta Shinji Yoko Keiko Kazuko Sachiko Yumi Naomi Sakura Yui Aoi Hina Mio Haruka Emi
Minjun Jiho Seojun Jihoon Hyun Sungmin Youngsoo Jiwoo Seoyeon Minji Soojin Eunji Hyejin Jimin Nguyen Anh Minh Tuan Hung Dung Huong Lan
Linh Thao Trang Phuong Hoa Thanh Quang Duc Budi Agus Siti Dewi Putri Adi Eko Wayan Made Ketut Somchai Somsak Malee Chinedu Emeka Ngozi
Chioma Amaka Oluwaseun Adebayo Temitope Folake Yetunde Kwame Kofi Kwabena Ama Akosua Abena Juma Baraka Neema Zawadi Wanjiru Otieno Achieng
Kamau Njoroge Thabo Sipho Nomsa Lerato Themba Zanele Tendai Rudo Avi Moshe David Yosef Noam Itai Yael Tamar Shira Rivka Esther Miriam
Darren Marcela Freddy Jaylee Rosalind Winston Gilbert Clarence Ernest Herman Floyd Leonard Norman Cecil Edgar Edith Mabel Agnes Ethel
Ramona Roxanne Yvonne Tanya Sonya Kristen Kirsten Melanie Tracy Stacy Wendy Robin Dana Casey Jamie Taylor Morgan Riley Avery Quinn Rowan
`
