import { WeightedChoice } from './weighted_choice.js';

// prettier-ignore
const givenNames = [
  'Ana', 'Amara', 'Anders', 'Aiko', 'Beatriz', 'Björn', 'Carla', 'Chidi', 'Chloé', 'Daniel',
  'Devi', 'Dilnoza', 'Elena', 'Elif', 'Emeka', 'Esther', 'Fatou', 'Felix', 'Fiadh', 'Gabriel',
  'Giulia', 'Grace', 'Hana', 'Hugo', 'Ibrahim', 'Ines', 'Ingrid', 'Ivan', 'Jamal', 'Jana',
  'João', 'Jun', 'Kamala', 'Katya', 'Kofi', 'Lars', 'Layla', 'Leila', 'Linh', 'Lucía',
  'Łukasz', 'Mateo', 'Maya', 'Mei', 'Milan', 'Mira', 'Mohammed', 'Nadia', 'Naoko', 'Niamh',
  'Noah', 'Olga', 'Omar', 'Priya', 'Quinn', 'Rafael', 'Ravi', 'Rosa', 'Sami', 'Sanna',
  'Sofía', 'Søren', 'Tariq', 'Tess', 'Thanh', 'Uma', 'Vera', 'Viktor', 'Wanjiru', 'Wei',
  'Xenia', 'Yara', 'Yusuf', 'Zainab', 'Zeynep', 'Zoë', 'Мария', 'עומר', 'فاطمة', '美咲',
] as const;

// prettier-ignore
const familyNames = [
  'Abebe', 'Adeyemi', 'Ahmed', 'Almeida', 'Andersson', 'Araújo', 'Bakker', 'Banerjee', 'Bauer', 'Bianchi',
  'Carvalho', 'Castillo', 'Chen', 'Cohen', 'Costa', "D'Angelo", 'Das', 'Diallo', 'Dubois', 'Eriksen',
  'Farah', 'Fernández', 'Fischer', 'Fujita', 'García', 'Haddad', 'Hansen', 'Hernández', 'Horvat', 'Hussain',
  'Ivanova', 'Jansen', 'Johansson', 'Kaya', 'Keller', 'Khan', 'Kim', 'Kowalska', 'Kumar', 'Larsen',
  'Lee', 'Lefèvre', 'Lopez', 'Martín', 'Mbeki', 'Mehta', 'Meyer', 'Moreau', 'Mwangi', 'Müller',
  'Nakamura', 'Nguyen', 'Nowak', "O'Brien", 'Okafor', 'Olsen', 'Osei', 'Park', 'Patel', 'Pereira',
  'Petrov', 'Popescu', 'Rahman', 'Ramos', 'Rossi', 'Sato', 'Schmidt', 'Silva', 'Singh', 'Svensson',
  'Tanaka', 'Torres', 'Tran', 'Ueda', 'Varga', 'Virtanen', 'Wang', 'Weber', 'Yılmaz', 'Zhang',
] as const;

/** A step through all pairs of names that has no divisor in common with their number, 6,400. */
const pairStep = 2_741;

/** `count` different people, the busiest first. REQUIRES: count <= 6,400. */
export function actorNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const pair = (index * pairStep) % (givenNames.length * familyNames.length);
    const given = givenNames[pair % givenNames.length] as string;
    const family = familyNames[Math.floor(pair / givenNames.length)] as string;
    return `${given} ${family}`;
  });
}

/** Skewed as people are: the n-th busiest is drawn in proportion to 1/n (Zipf). */
export function actorChoice(names: readonly string[]): WeightedChoice<string> {
  return new WeightedChoice(names, (_, index) => 1 / (index + 1));
}
