using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Order;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly TakeFeature _take;

    public ListCommand(CommandContext context)
        : base(context, "list", "The newest orders: where each stands and what it waits for.", "hub order list --take 20")
    {
        _take = Enable(new TakeFeature());
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var count = _take.Count(parsed);
        using var control = _connection.Connect(parsed);
        var orders = await control.Api.GetOrdersAsync(count, cancellationToken);
        _output.Write(parsed, orders, OrderTable.Of(orders, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
