using System.Collections.Immutable;
using Hub.Adapters.Connectors;
using Hub.Adapters.Stock.Store;
using Hub.Commerce;
using Hub.Connectors;

namespace Hub.Adapters.Stock;

/// <summary>From which connector stock comes, and to which stock and prices go, as the config says now.</summary>
internal sealed class StockRoute(ConnectorSet connectors, PausedConnectors paused)
{
    private volatile StockConfig? _config;

    /// <summary>The document says who owns the stock. Orders reserve only then.</summary>
    public bool HasOwner => _config?.Owner is not null;

    /// <summary>The owner; null where there is none, or it can't tell its stock.</summary>
    public Connector? Owner => _config?.Owner is { } name && connectors.Find(name) is { } owner && owner.Find<IStockSource>() is not null ? owner : null;

    /// <summary>The owner is left alone for now.</summary>
    public bool OwnerRests => Owner is { } owner && paused.Holds(owner.Config.Name);

    /// <summary>Null until the plane has taken a document. A paused connector is none until it is resumed; then it is told what changed meanwhile.</summary>
    public ImmutableArray<ChannelPort>? Channels => _config is not { } config || !paused.Loaded.IsCompleted ? null :
    [
        .. from connector in connectors.All
           where config.Owner is not null && config.Tells(connector.Config.Name) && !paused.Holds(connector.Config.Name)
           let sink = connector.Find<IStockSink>()
           where sink is not null
           select Timed(Port(connector, sink), connector),
        .. from connector in connectors.All
           where !paused.Holds(connector.Config.Name)
           let sink = connector.Find<IPriceSink>()
           where sink is not null
           select Timed(Port(connector, sink), connector),
    ];

    public void Take(StockConfig config) => _config = config;

    /// <summary>What is wrong with the config that only living connectors show.</summary>
    public IEnumerable<string> Problems()
    {
        if (_config is { Owner: { } owner } && Owner is null)
        {
            yield return $"{owner} is to own the stock and can't tell it: no channel is told. Name another connector in Hub.Stock.Owner.";
        }

        foreach (var name in _config?.Channels?.Where(name => connectors.Find(name)?.Find<IStockSink>() is null) ?? [])
        {
            yield return $"{name} is to be told the stock and takes none: remove it from Hub.Stock.Channels.";
        }
    }

    private static ChannelPort Timed(ChannelPort port, Connector connector) => port with
    {
        Timeout = connector.Config.Options.Timeout,
        LimitWait = connector.Config.Options.LimitWait,
        Window = connector.Config.Options.Window,
    };

    private static ChannelPort Port(Connector connector, IStockSink sink) => new(
        new ToldChannel(connector.Config.Name, ToldChannel.Stock, sink.ByLocation), connector, sink.BatchSize, sink.CallsPerSecond,
        (tellings, cancel) => sink.SetAsync(
            [
                .. tellings.Select(telling => new StockLevel(
                    telling.Sku, (int)Math.Min(long.Parse(telling.Value, System.Globalization.CultureInfo.InvariantCulture), int.MaxValue),
                    telling.Place.Length == 0 ? null : telling.Place)),
            ],
            cancel));

    private static ChannelPort Port(Connector connector, IPriceSink sink) => new(
        new ToldChannel(connector.Config.Name, ToldChannel.Price), connector, sink.BatchSize, sink.CallsPerSecond,
        (tellings, cancel) => sink.SetAsync([.. tellings.Select(telling => new ArticlePrice(telling.Sku, Money.Parse(telling.Value)))], cancel));
}

/// <summary>How a channel is told one kind of value.</summary>
/// <param name="Owner">Whose port it is: another one means that the config changed.</param>
internal sealed record ChannelPort(
    ToldChannel Channel,
    object Owner,
    int BatchSize,
    double CallsPerSecond,
    Func<ImmutableArray<Telling>, CancellationToken, Task<CallOutcome<ImmutableArray<NotTaken>>>> TellAsync)
{
    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>How long a call may wait for the vendor's limits.</summary>
    public TimeSpan LimitWait { get; init; }

    /// <summary>How long after a call without answer the vendor may still carry it out.</summary>
    public TimeSpan Window { get; init; }
}
