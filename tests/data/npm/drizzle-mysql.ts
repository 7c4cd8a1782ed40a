import { sql } from 'drizzle-orm';
import {
	bigint, boolean, check, datetime, decimal, double, foreignKey, index, int, json, mysqlEnum, mysqlTable,
	mysqlView, primaryKey, serial, text, timestamp, tinyint, uniqueIndex, varchar, char, date, binary, year,
} from 'drizzle-orm/mysql-core';

export const users = mysqlTable('users', {
	id: serial('id').primaryKey(),
	email: varchar('email', { length: 255 }).notNull().unique(),
	displayName: varchar('display name', { length: 80 }).notNull().default("it's new"),
	role: mysqlEnum('role', ['admin', 'customer']).default('customer').notNull(),
	settings: json('settings'),
	active: boolean('active').default(true).notNull(),
	createdAt: timestamp('created_at').defaultNow().notNull(),
	changedAt: timestamp('changed_at').defaultNow().onUpdateNow().notNull(),
	born: date('born'),
}, (table) => [index('users_active').on(table.active, table.createdAt), check('users_email_has_at', sql`${table.email} like '%@%'`)]);

export const products = mysqlTable('products', {
	id: int('id').autoincrement().primaryKey(),
	sku: char('sku', { length: 12 }).notNull(),
	price: decimal('price', { precision: 12, scale: 2 }).notNull().default('0.00'),
	taxed: decimal('taxed', { precision: 14, scale: 4 }).generatedAlwaysAs(sql`price * 1.19`, { mode: 'stored' }),
	weight: double('weight'),
	stock: tinyint('stock').default(0).notNull(),
	hash: binary('hash', { length: 16 }),
	made: year('made'),
	notes: text('notes'),
}, (table) => [uniqueIndex('products_sku').on(table.sku)]);

export const orders = mysqlTable('orders', {
	id: bigint('id', { mode: 'number', unsigned: true }).autoincrement().primaryKey(),
	userId: bigint('user_id', { mode: 'number', unsigned: true }).notNull().references(() => users.id, { onDelete: 'cascade' }),
	placed: datetime('placed', { fsp: 3 }).default(sql`CURRENT_TIMESTAMP(3)`),
}, (table) => [index('orders_user').on(table.userId)]);

export const orderLines = mysqlTable('order_lines', {
	orderId: bigint('order_id', { mode: 'number', unsigned: true }).notNull(),
	productId: int('product_id').notNull().references(() => products.id),
	count: int('count').default(1).notNull(),
}, (table) => [
	primaryKey({ columns: [table.orderId, table.productId] }),
	foreignKey({ columns: [table.orderId], foreignColumns: [orders.id], name: 'lines_order' }),
]);

export const emails = mysqlView('emails').as((qb) => qb.select({ id: users.id, email: users.email }).from(users));
