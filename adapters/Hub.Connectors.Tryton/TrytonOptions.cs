using System.ComponentModel.DataAnnotations;
using Hub.Configuration;

namespace Hub.Connectors.Tryton;

/// <summary>A Tryton ERP. <c>Address</c> is its address with the database: <c>https://erp.example/DATABASE/</c>.</summary>
public sealed class TrytonOptions : ConnectorOptions
{
    /// <summary>The login of a user of the hub's own.</summary>
    [Required]
    public string User { get; init; } = "";

    /// <summary>The user's password, <c>env:NAME</c> or <c>file:PATH</c>; read anew for each login.</summary>
    public Secret Password { get; init; }

    /// <summary>The code of the warehouse that sales are shipped from and whose stock is told.</summary>
    /// <value>The default is none: sales take the company's default warehouse, and the stock of all warehouses is told.</value>
    public string? Warehouse { get; init; }

    /// <summary>The code of the service product that shipping costs are booked on; an order with shipping costs is refused without it.</summary>
    public string? ShippingItem { get; init; }

    /// <summary>The name of the payment term of orders that tell no payment method.</summary>
    /// <value>The default is none: what Tryton gives the sale by itself.</value>
    public string? PaymentTerm { get; init; }

    /// <summary>Do the channels' prices include the taxes that Tryton puts on top? Then these are taken out of unit prices.</summary>
    /// <value>The default is no.</value>
    public bool PricesIncludeTax { get; init; }

    /// <summary>How many decimals Tryton takes for unit prices (<c>price_decimal</c> of its configuration).</summary>
    /// <value>The default is four.</value>
    [Range(0, 10)]
    public int PriceDecimals { get; init; } = 4;

    /// <summary>How far Tryton's total may be from the order's, in the order's currency; a sale that is further off is not booked.</summary>
    /// <value>The default is 0.05, for what rounding makes of taxes.</value>
    [Range(typeof(decimal), "0", "1000000")]
    public decimal TotalTolerance { get; init; } = 0.05m;

    /// <summary>Does the hub process a confirmed sale that Tryton itself has not processed?</summary>
    /// <value>The default is yes; say no where Tryton's sale configuration delays it ("process after").</value>
    public bool Process { get; init; } = true;

    /// <summary>Does what suppliers are to deliver count as stock that can be sold?</summary>
    /// <value>The default is no.</value>
    public bool SellIncoming { get; init; }

    /// <summary>How long Tryton may take to commit a change, which carries the time of its beginning: polls ask again from that much before.</summary>
    /// <value>The default is five minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the stock of all articles is told, changed or not: a deleted move leaves no trace to poll.</summary>
    /// <value>The default is one hour.</value>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan AllStockEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Is a packed shipment on its way, or only one that is done?</summary>
    /// <value>The default is: only one that is done.</value>
    public bool ShippedWhenPacked { get; init; }

    /// <summary>The carrier's name that channels are told, since Tryton's sales have none.</summary>
    /// <value>The default is <c>other</c>.</value>
    [Required]
    public string Carrier { get; init; } = "other";
}
