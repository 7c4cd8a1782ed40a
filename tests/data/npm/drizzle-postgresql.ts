import { sql, eq } from 'drizzle-orm';
import {
	bigint, bigserial, boolean, check, date, doublePrecision, foreignKey, index, inet, integer, interval,
	jsonb, numeric, pgEnum, pgMaterializedView, pgPolicy, pgSchema, pgSequence, pgTable, pgView, primaryKey,
	real, serial, smallint, text, time, timestamp, unique, uniqueIndex, uuid, varchar, char, bit, point,
} from 'drizzle-orm/pg-core';

export const role = pgEnum('role', ['admin', 'customer', "o'clock"]);
export const sales = pgSchema('sales');
export const state = sales.enum('state', ['open', 'paid', 'sent']);
export const invoiceNumbers = pgSequence('invoice_numbers', { startWith: 1000, increment: 5, maxValue: 99999, cache: 10 });

export const users = pgTable('users', {
	id: serial('id').primaryKey(),
	email: varchar('email', { length: 255 }).notNull().unique(),
	displayName: text('display name').notNull().default("it's new"),
	role: role('role').default('customer').notNull(),
	invitedBy: integer('invited_by'),
	tags: text('tags').array().notNull().default(sql`ARRAY[]::text[]`),
	settings: jsonb('settings').default({ theme: 'dark' }).notNull(),
	token: uuid('token').defaultRandom().notNull(),
	lastSeen: timestamp('last_seen', { withTimezone: true, precision: 3 }),
	createdAt: timestamp('created_at').defaultNow().notNull(),
	address: inet('address'),
	active: boolean('active').default(true).notNull(),
}, (table) => [
	foreignKey({ columns: [table.invitedBy], foreignColumns: [table.id], name: 'users_invited_by' }).onDelete('set null'),
	uniqueIndex('users_email_lower').on(sql`lower(${table.email})`),
	index('users_active').on(table.createdAt.desc().nullsLast()).where(sql`${table.active} = true`),
	index('users_settings').using('gin', table.settings),
	check('users_email_has_at', sql`${table.email} like '%@%'`),
]);

export const products = pgTable('products', {
	id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity({ startWith: 100 }),
	sku: char('sku', { length: 12 }).notNull(),
	price: numeric('price', { precision: 12, scale: 2 }).notNull().default('0.00'),
	taxed: numeric('taxed', { precision: 14, scale: 4 }).generatedAlwaysAs(sql`price * 1.19`),
	weight: doublePrecision('weight'),
	rating: real('rating').default(2.5),
	stock: smallint('stock').default(0).notNull(),
	since: date('since').default(sql`CURRENT_DATE`),
	opens: time('opens').default('09:00:00'),
	lasts: interval('lasts', { fields: 'day to second' }),
	flags: bit('flags', { dimensions: 3 }),
	place: point('place'),
	sizes: integer('sizes').array(),
}, (table) => [unique('products_sku').on(table.sku, table.since).nullsNotDistinct()]);

export const orders = sales.table('orders', {
	id: bigserial('id', { mode: 'number' }).primaryKey(),
	userId: integer('user_id').notNull().references(() => users.id, { onDelete: 'cascade', onUpdate: 'restrict' }),
	state: state('state').default('open').notNull(),
	note: text('note'),
}, (table) => [index().on(table.userId, table.state)]);

export const orderLines = sales.table('order_lines', {
	orderId: bigint('order_id', { mode: 'number' }).notNull().references(() => orders.id),
	productId: bigint('product_id', { mode: 'number' }).notNull().references(() => products.id),
	count: integer('count').default(1).notNull(),
}, (table) => [primaryKey({ columns: [table.orderId, table.productId] })]);

export const secrets = pgTable('secrets', {
	id: uuid('id').primaryKey().default(sql`gen_random_uuid()`),
	owner: text('owner').notNull(),
}, () => [pgPolicy('owners_only', { as: 'permissive', for: 'select', to: 'public', using: sql`owner = current_user` })]);

export const admins = pgView('admins').as((qb) => qb.select({ id: users.id, email: users.email }).from(users).where(eq(users.role, 'admin')));
export const totals = pgMaterializedView('totals').as((qb) => qb.select({ id: users.id }).from(users));
