/** Figures and letters as a Chinese keyboard in its wide mode types them. */
const WIDE = /[０-９Ａ-Ｚａ-ｚ－]/g

/** How far apart the two forms of a character are. */
const APART = 0xfee0

/** The text with the common form of each: 3-1-502 for ３－１－５０２. */
export const narrow = (text: string): string => text.replace(WIDE, (wide) => String.fromCharCode(wide.charCodeAt(0) - APART))
