using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hub.Adapters.Connectors;
using Hub.Adapters.Orders;
using Hub.Connectors;
using Hub.Processes;

namespace Hub.Adapters.Channels;

/// <summary>The plans of all channels: what the config says, and the changes of hands that the store keeps, so that all planes go by the same.</summary>
internal sealed class ChannelPlans(IProcessStore store, Intake intake, ConnectorSet connectors, TimeProvider time)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);
    private readonly string _owner = Guid.NewGuid().ToString("N");

    /// <summary>Null until the plane has taken a document and reached its store. Read anew each time: a change of hands counts from when it is kept.</summary>
    public async Task<ChannelPlan?> FindAsync(string channel, CancellationToken cancellationToken)
    {
        if (intake.At is not { } begin || intake.Config is not { } config)
        {
            return null;
        }

        var own = config.Channels.GetValueOrDefault(channel) ?? new ChannelConfig();
        var kept = await store.GetSettingAsync(SettingOf(channel), cancellationToken);
        return new ChannelPlan(
            channel, own.Mode, await BeginAsync(channel, own, begin, cancellationToken),
            kept is null ? [] : JsonSerializer.Deserialize<ImmutableArray<ChannelSwitch>>(kept, JsonSerializerOptions.Web), own.OldReference, own.Edge);
    }

    /// <summary>Keeps which channels there were at the first start, so that one that is added later is known as such.</summary>
    /// <returns>False until the plane has taken a document and reached its store.</returns>
    public async Task<bool> NoteFirstAsync(CancellationToken cancellationToken) => intake.At is not null && await FirstAsync(cancellationToken) is not null;

    /// <summary>The channels that the config or a marketplace's connector names.</summary>
    public ImmutableSortedSet<string> Named() =>
        [.. Marketplaces(), .. intake.Config?.Channels.Keys ?? Enumerable.Empty<string>()];

    /// <summary>Keeps a channel's changes of hands anew.</summary>
    /// <param name="change">Makes the new ones; null: nothing is kept.</param>
    /// <returns>False where somebody else does the same at this moment.</returns>
    public async Task<bool> ChangeAsync(string channel, Func<ChannelPlan, ImmutableArray<ChannelSwitch>?> change, CancellationToken cancellationToken)
    {
        if (!await store.TakeTurnAsync($"hands of {channel}", _owner, Turn, cancellationToken) || await FindAsync(channel, cancellationToken) is not { } plan)
        {
            return false;
        }

        if (change(plan) is { } switches)
        {
            await store.KeepSettingAsync(SettingOf(channel), JsonSerializer.Serialize(switches, JsonSerializerOptions.Web), cancellationToken);
        }

        return true;
    }

    /// <summary>
    /// A marketplace that is added later begins when it is: what it sold before was booked by somebody else, and would be booked again.
    /// </summary>
    private async Task<DateTimeOffset> BeginAsync(string channel, ChannelConfig own, DateTimeOffset begin, CancellationToken cancellationToken)
    {
        if (own.Intake is { } said && OrdersConfig.Time(said) is { } at)
        {
            return at;
        }

        if (own.Intake is null && !Marketplaces().Contains(channel))
        {
            return begin;
        }

        var first = await FirstAsync(cancellationToken);
        return first.Split(' ').Contains(channel)
            ? own.Intake is null ? begin : intake.FirstStart ?? begin
            : DateTimeOffset.Parse(
                await store.GetOrKeepSettingAsync(
                    $"intake.channel.{channel}", DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).ToString("O", CultureInfo.InvariantCulture), cancellationToken),
                CultureInfo.InvariantCulture);
    }

    private Task<string> FirstAsync(CancellationToken cancellationToken) =>
        store.GetOrKeepSettingAsync("intake.channels", string.Join(' ', Named()), cancellationToken);

    private IEnumerable<string> Marketplaces() => connectors.All.Select(connector => connector.Find<IOrderSource>()?.Channel).OfType<string>();

    private static string SettingOf(string channel) => $"channel.{channel}.hands";
}
