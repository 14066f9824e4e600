"""Given names that so many people bear that none of them alone says who is meant, by their sound."""

from services.reports.publication.sounds import sounds

_COMMON = """
Adam Adrian Agata Agnieszka Alaksandr Alaksandra Alaksiej Albert Aleh Aleksander Aleksandra Aleksandr Aleksei Aleksy
Alena Aleś Alesia Alexander Alexandra Alexei Alexey Alfred Alice Alicja Alina Alla Alona Anastasia Anastazja
Anatol Anatoli Andrea Andrei Andrew Andriej Andrij Andrzej Aneta Anna Antanina Anthony Antoni Antonina Anton Arkadiusz
Arkady Arsen Artem Artur Arthur Barbara Bartosz Beata Bogdan Bohdan Boris Borys Bożena Chryścina Cichan Cimafiej
Dariusz Darja Darya Dasha David Dawid Denis Diana Dmitri Dmitry Dmytro Dominik Dorota Dzianis Dźmitry Edward Eduard
Egor Ekaterina Elena Elizabeth Elżbieta Emilia Eugene Eugeniusz Eva Ewa Fedor Filip Fiodor Franciszek Galina Gennady
George Georgy Gleb Grażyna Grigory Grzegorz Halina Hanna Helena Henryk Hienadź Hleb Hryhorij Hryhory Igor Ihar Ihor
Ilja Ilya Inga Inna Irena Irina Iryna Ivan Iwan Iwona Jacek Jadwiga Jakub Jan Janina Janusz Jaromir Jarosław Jauhen
Jaugen Jelena Jerzy Joanna Jolanta John Józef Joseph Julia Julian Jurij Jury Kacper Kamil Karol Katarzyna Katerina
Kate Kazimierz Kira Kirill Kirył Konstantin Krystyna Krzysztof Ksenia Łarysa Larisa Lech Leon Leonid Lidia Ludmiła
Lubou Lubow Lyubov Lukasz Łukasz Maciej Magdalena Maja Makar Maksim Maksym Małgorzata Marcin Marek Margarita Maria
Marian Mariusz Marina Mark Marta Martin Mary Maryja Maryna Mateusz Matvei Maxim Michael Michał Mikałaj Mikhail Mikoła
Mirosław Monika Mykhailo Mykola Nadieżda Nadzeja Nadia Natalia Natalla Nathalie Nicholas Nikita Nikolai Nina Nona
Oksana Oleg Oleh Oleksandr Oleksii Olena Olga Olha Oskar Ostap Palina Paul Paula Paulina Pavel Pavlo Paweł Peter Petro
Piotr Pyotr Polina Rafał Raisa Renata Robert Roman Rostisław Rusłan Ryszard Sasha Sebastian Semen Sergei Sergey Serhii
Siarhiej Siarhei Siamion Sławomir Sofia Stanisław Stanislau Stefan Stefania Stepan Sviatlana Svetlana Swietłana
Szymon Tadeusz Tamara Taras Tatiana Taćciana Tatsiana Tetiana Thomas Timofei Tomasz Uładzimir Uladzimir Ulyana Urszula
Vadim Vadym Valentin Valentina Valeri Valery Vanda Vasil Vasili Vasyl Vera Veranika Veronika Victor Viktar Viktor
Viktoria Vitali Vital Vitaut Vladimir Vladislav Vladyslav Volha Volodymyr Wacław Walentyna Wanda Wasyl Wiera Wiesław
Wiktor Wiktoria Witold Władysław Włodzimierz Wojciech Yana Yauhen Yauheni Yegor Yelena Yevgeny Yevhen Yulia Yuri Yury
Zbigniew Zdzisław Zina Zinaida Zmicier Zofia Zoja Żanna Zygmunt
Алёна Алеся Аляксей Аркадий Арсений Валерий Василий Вера Виктория Віталь Вячеслав Вячаслаў В’ячеслав Геннадий Георгий
Григорий Дарья Дзмітрый Евгений Евгения Егор Зинаида Игорь Илья Ігар Ігор Ірына Ирина Кастусь Кирилл Кірыл Кузьма
Лариса Любовь Людмила Максим Мікалай Міхась Міхаіл Михаил Надежда Надзея Наталія Наталья Николай Олексій Павел Пётр
Рыгор Сяргей Сергей Сергій Семён Святлана Святослав Станіслаў Таццяна Татьяна Тетяна Тимофей Уладзіслаў Уладзімір Фёдор
Фёдар Юлія Юрась Юрий Юрій Якуб Яўген Яўгенія Ярослав Яраслаў
"""

GIVEN_NAMES: frozenset[str] = frozenset(sound for name in _COMMON.split() for sound in sounds(name))
