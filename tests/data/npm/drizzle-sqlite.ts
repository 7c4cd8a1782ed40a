import { sql } from 'drizzle-orm';
import {
	blob, check, foreignKey, index, integer, numeric, primaryKey, real, sqliteTable, sqliteView, text, unique, uniqueIndex,
} from 'drizzle-orm/sqlite-core';

export const users = sqliteTable('users', {
	id: integer('id').primaryKey({ autoIncrement: true }),
	email: text('email', { length: 255 }).notNull().unique(),
	displayName: text('display name').notNull().default("it's new"),
	role: text('role', { enum: ['admin', 'customer'] }).default('customer').notNull(),
	settings: text('settings', { mode: 'json' }).default({ theme: 'dark' }),
	active: integer('active', { mode: 'boolean' }).default(true).notNull(),
	createdAt: integer('created_at', { mode: 'timestamp' }).default(sql`(unixepoch())`).notNull(),
	invitedBy: integer('invited_by'),
}, (table) => [
	foreignKey({ columns: [table.invitedBy], foreignColumns: [table.id] }).onDelete('set null'),
	uniqueIndex('users_email_lower').on(sql`lower(${table.email})`),
	index('users_active').on(table.createdAt).where(sql`${table.active} = 1`),
	check('users_email_has_at', sql`${table.email} like '%@%'`),
]);

export const products = sqliteTable('products', {
	id: integer('id').primaryKey(),
	sku: text('sku').notNull(),
	price: numeric('price').notNull().default('0.00'),
	taxed: real('taxed').generatedAlwaysAs(sql`price * 1.19`, { mode: 'stored' }),
	picture: blob('picture'),
}, (table) => [unique('products_sku').on(table.sku)]);

export const orderLines = sqliteTable('order_lines', {
	userId: integer('user_id').notNull().references(() => users.id, { onDelete: 'cascade' }),
	productId: integer('product_id').notNull().references(() => products.id),
	count: integer('count').default(1).notNull(),
}, (table) => [primaryKey({ columns: [table.userId, table.productId] })]);

export const emails = sqliteView('emails').as((qb) => qb.select({ id: users.id, email: users.email }).from(users));
