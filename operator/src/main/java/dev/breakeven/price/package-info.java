/** What tokens and GPU hours cost: money, offers, GPU prices, overhead. */
@NullMarked
package dev.breakeven.price;

import org.jspecify.annotations.NullMarked;
