using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Customer;

internal sealed class EraseCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _email;
    private readonly Option<string> _reason;

    public EraseCommand(CommandContext context)
        : base(
            context, "erase", "Take a buyer out of all finished orders and out of the CRM. 1 where something is left: orders under way, a vendor that did not answer.",
            "hub customer erase ann@shop.example --reason \"Her request of 3 May\"")
    {
        _email = Word("E-MAIL", "The buyer's e-mail address.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail and the orders' journals. Don't name the buyer there.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var answer = await control.Api.EraseCustomerAsync(new CustomerRequest(parsed.GetRequiredValue(_email), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, answer, output =>
        {
            output.WriteLine(answer.Erased.IsEmpty ? "No finished order holds the buyer." : $"Erased in {answer.Erased.Length} finished orders: {Words.List(answer.Erased)}");
            if (!answer.UnderWay.IsEmpty)
            {
                output.WriteLine($"Not erased, since they are on their way or parked: {Words.List(answer.UnderWay)}. Erase again when they have come to their end; the CRM is told then.");
            }

            foreach (var contact in answer.Contacts)
            {
                output.WriteLine($"{contact.Connector}: {contact.Said}");
            }
        });
        return answer.UnderWay.IsEmpty && answer.Contacts.All(contact => contact.Done) ? CommandLine.Done : CommandLine.Failed;
    }
}
