using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Xref;

internal sealed class SetCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _connector;
    private readonly Argument<string> _table;
    private readonly Argument<string> _key;
    private readonly Argument<string> _value;
    private readonly Option<string> _reason;

    public SetCommand(CommandContext context)
        : base(
            context, "set", "Add a row, or give it another value. Orders that are parked for just that row go on by themselves.",
            "hub xref set erp taxes 'DE 19%' VAT19")
    {
        _connector = Word("CONNECTOR", "The connector's name.");
        _table = Word("TABLE", "items, units, taxes, locations, services or payments.");
        _key = Word("KEY", "What shop or channel call it.");
        _value = Word("VALUE", "What the vendor calls it.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var request = new ChangeReference(
            parsed.GetRequiredValue(_connector), parsed.GetRequiredValue(_table), parsed.GetRequiredValue(_key), parsed.GetRequiredValue(_value),
            parsed.GetValue(_reason));
        var answer = await control.Api.SetReferenceAsync(request, cancellationToken);
        _output.Write(parsed, answer, output => ReferenceTable.Write(output, answer));
        return CommandLine.Done;
    }
}
