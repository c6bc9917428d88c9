using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Consumer;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Option<string> _route;

    public ListCommand(CommandContext context)
        : base(context, "list", "Who still calls what: requests by consumer and route, of routes with Access or Version.",
            "hub consumer list", "hub consumer list --route orders-v1")
    {
        _route = Flag<string>("--route", "Of this route only.", "ROUTE");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var consumers = await control.Api.GetConsumersAsync(cancellationToken);
        if (parsed.GetValue(_route) is { } route)
        {
            consumers = consumers.RemoveAll(view => !view.Route.Equals(route, StringComparison.OrdinalIgnoreCase));
        }

        _output.Write(parsed, consumers, ConsumerTable.Of(consumers, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
