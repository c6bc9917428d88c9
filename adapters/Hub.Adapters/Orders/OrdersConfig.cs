using System.Collections.Immutable;
using System.Globalization;
using Hub.Adapters.Channels;
using Hub.Configuration;
using Hub.Orders;

namespace Hub.Adapters.Orders;

/// <summary>The part <c>Hub.Orders</c> of the config.</summary>
internal sealed class OrdersConfig
{
    private static readonly Dictionary<string, ShippingMode> Modes = new()
    {
        ["at-once"] = ShippingMode.AtOnce,
        ["on-request"] = ShippingMode.OnRequest,
        ["by-erp"] = ShippingMode.ByErp,
    };

    private Retention _kept = Orders.Retention.Keep;

    /// <summary>From when on orders are booked: <c>now</c> (the plane's first start with its store) or a time.</summary>
    /// <value>The default is <c>now</c>.</value>
    public string Intake { get; init; } = "now";

    /// <summary>
    /// Who says what goes into which parcel: <c>at-once</c> (all in one, as soon as it is booked), <c>on-request</c> (a warehouse or a person),
    /// <c>by-erp</c> (the ERP ships by itself and the hub buys no label).
    /// </summary>
    /// <value>The default is <c>at-once</c>.</value>
    public string Shipping { get; init; } = "at-once";

    /// <summary>The zone of the days that <c>hub reconcile</c> compares, as IANA names it: <c>Europe/Berlin</c>.</summary>
    /// <value>The default is <c>UTC</c>.</value>
    public string TimeZone { get; init; } = "UTC";

    /// <summary><see cref="TimeZone"/>, read.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>
    /// How many days after an order's end its buyer's data is kept, by channel, <c>default</c> for those that are not named: <c>{ "default": "keep", "web": 365 }</c>.
    /// </summary>
    /// <value>The default is <c>keep</c>; for channels of vendors that set a limit it is the vendor's (Amazon: 30).</value>
    public IReadOnlyDictionary<string, string> Retention { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><see cref="Retention"/>, read.</summary>
    public Retention Kept => _kept;

    /// <summary>Channels that are not taken over as a whole: who books, from when on (docs/operate/takeover.md).</summary>
    /// <value>The default is none: each is live.</value>
    public Dictionary<string, ChannelConfig> Channels { get; init; } = [];

    /// <summary><see cref="Shipping"/>, read.</summary>
    public ShippingMode ShippingMode => Modes.GetValueOrDefault(Shipping);

    /// <summary>The stated time; null for <c>now</c>.</summary>
    public DateTimeOffset? IntakeAt => Time(Intake);

    public static OrdersConfig Read(ConfigNode root, List<ConfigProblem> problems)
    {
        var node = root["Hub"]?["Orders"];
        var config = ConfigBinder.Bind<OrdersConfig>(node, problems);
        if (config.Intake != "now" && config.IntakeAt is null)
        {
            var place = node!["Intake"]!;
            problems.Add(new ConfigProblem(
                place.Path, place.Line, $"'{config.Intake}' is no time", "orders placed before the intake are not booked",
                "write \"now\", or a time with its zone such as \"2027-01-31T06:00:00Z\""));
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(config.TimeZone, out _))
        {
            var place = node!["TimeZone"]!;
            problems.Add(new ConfigProblem(
                place.Path, place.Line, $"'{config.TimeZone}' is no time zone that is known here", "it says when a day of the shop begins", "write \"UTC\", or a name such as \"Europe/Berlin\""));
        }

        config._kept = Orders.Retention.Read(config.Retention, node?["Retention"], problems);
        if (!Modes.ContainsKey(config.Shipping))
        {
            var place = node!["Shipping"]!;
            problems.Add(new ConfigProblem(
                place.Path, place.Line, $"'{config.Shipping}' is no way of shipping", "it says who fills parcels", $"use one of: {string.Join(", ", Modes.Keys)}"));
        }

        foreach (var (name, channel) in config.Channels)
        {
            channel.Check(node!["Channels"]![name]!, text => Time(text) is not null, problems);
        }

        return config;
    }

    /// <summary>A time as the config writes it; null for what is none, <c>now</c> among it.</summary>
    public static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
