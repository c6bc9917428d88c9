using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Order;

internal sealed class ShipCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _key;
    private readonly Option<string> _lines;
    private readonly Option<string> _id;

    public ShipCommand(CommandContext context)
        : base(context, "ship", "Have a parcel of an order shipped, where Orders.Shipping is on-request.", "hub order ship web/1001 --lines TS-001=1,TS-004=2")
    {
        _key = Word("KEY", "The order's key: channel/id, as 'hub order list' shows it.");
        _lines = Flag<string>("--lines", "What goes into it, SKU=PIECES (default: all that remains).", "SKU=PIECES,…");
        _id = Flag<string>("--id", "The warehouse's own id of the parcel: the same one again is the same parcel.", "ID");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var lines = parsed.GetValue(_lines) is { } text ? Lines(text) : null;
        using var control = _connection.Connect(parsed);
        var answer = await control.Api.ShipOrderAsync(new ShipOrder(parsed.GetRequiredValue(_key), lines, parsed.GetValue(_id)), cancellationToken);
        _output.Write(parsed, answer, output => OrderTable.Answer(answer).WriteTo(output));
        return CommandLine.Done;
    }

    private static ImmutableDictionary<string, int> Lines(string text)
    {
        var lines = ImmutableDictionary.CreateBuilder<string, int>();
        foreach (var line in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = line.LastIndexOf('=');
            if (equals < 1 || !int.TryParse(line.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var pieces) || pieces < 1
                || !lines.TryAdd(line[..equals], pieces))
            {
                throw new UsageException($"'{line}' does not say what goes into the parcel. Write each SKU once with its pieces: --lines TS-001=1,TS-004=2");
            }
        }

        return lines.ToImmutable();
    }
}
