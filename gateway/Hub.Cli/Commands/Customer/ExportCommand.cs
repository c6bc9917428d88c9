using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Customer;

internal sealed class ExportCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly Argument<string> _email;
    private readonly Option<string> _reason;

    public ExportCommand(CommandContext context)
        : base(context, "export", "Print all that the adapters plane keeps of a buyer, as JSON.", "hub customer export ann@shop.example > ann.json")
    {
        _email = Word("E-MAIL", "The buyer's e-mail address.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail. Don't name the buyer there.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        Context.Output.WriteLine(JsonText.Of(await control.Api.ExportCustomerAsync(
            new CustomerRequest(parsed.GetRequiredValue(_email), parsed.GetValue(_reason)), cancellationToken)));
        return CommandLine.Done;
    }
}
