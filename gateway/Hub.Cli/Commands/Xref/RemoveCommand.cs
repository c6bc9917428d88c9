using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Xref;

internal sealed class RemoveCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _connector;
    private readonly Argument<string> _table;
    private readonly Argument<string> _key;
    private readonly Option<string> _reason;

    public RemoveCommand(CommandContext context)
        : base(context, "remove", "Take a row away. An order that needs it is parked from now on.", "hub xref remove erp taxes 'DE 19%'")
    {
        _connector = Word("CONNECTOR", "The connector's name.");
        _table = Word("TABLE", "items, units, taxes, locations, services or payments.");
        _key = Word("KEY", "What shop or channel call it.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var request = new ChangeReference(
            parsed.GetRequiredValue(_connector), parsed.GetRequiredValue(_table), parsed.GetRequiredValue(_key), Reason: parsed.GetValue(_reason));
        var answer = await control.Api.RemoveReferenceAsync(request, cancellationToken);
        _output.Write(parsed, answer, output => ReferenceTable.Write(output, answer));
        return CommandLine.Done;
    }
}
