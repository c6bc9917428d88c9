using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Connector;

/// <summary>Holds one connector still, or lets it work again, with the reason that the audit trail keeps.</summary>
internal abstract class ChangeConnectorCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _connector;
    private readonly Option<string> _reason;

    protected ChangeConnectorCommand(CommandContext context, string verb, string description, string example)
        : base(context, verb, description, example)
    {
        _connector = Word("CONNECTOR", "The connector's name.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected abstract Task<ConnectorView> ChangeAsync(IControlApi control, ChangeConnector request, CancellationToken cancellationToken);

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var connector = await ChangeAsync(control.Api, new ChangeConnector(parsed.GetRequiredValue(_connector), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, connector, ConnectorTable.Fields(connector, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
