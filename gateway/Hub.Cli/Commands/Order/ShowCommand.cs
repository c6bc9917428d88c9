using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Order;

internal sealed class ShowCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _key;

    public ShowCommand(CommandContext context)
        : base(context, "show", "One order's way: each step with its attempts, and the order itself.", "hub order show web/1001")
    {
        _key = Word("KEY", "The order's key: channel/id, as 'hub order list' shows it.");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var key = parsed.GetRequiredValue(_key);
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 1 || slash == key.Length - 1)
        {
            throw new UsageException($"'{key}' is no order's key. Write channel/id, for example web/1001; 'hub order list' shows them.");
        }

        using var control = _connection.Connect(parsed);
        var order = await control.Api.GetOrderAsync(key[..slash], key[(slash + 1)..], cancellationToken);
        _output.Write(parsed, order, output => Write(output, order));
        return CommandLine.Done;
    }

    private void Write(TextWriter output, OrderDetail order)
    {
        new Fields
        {
            { "order", order.Order.Key },
            { "state", order.Order.State },
            { "total", order.Order.Total },
            { "received", Words.Time(order.Order.ReceivedAt, Context.Time) },
            { "updated", Words.Time(order.Order.UpdatedAt, Context.Time) },
            { "waits for", order.Order.Waiting },
        }.WriteTo(output);
        output.WriteLine();
        OrderTable.Steps(order, Context.Time).WriteTo(output);
        output.WriteLine();
        output.WriteLine(JsonText.Of(order.Body));
    }
}
