using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.DeadLetter;

internal sealed class ShowCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<long> _id;

    public ShowCommand(CommandContext context)
        : base(context, "show", "A dead letter with all that came, or was to be done: it may hold personal data.", "hub deadletter show 12")
    {
        _id = new Argument<long>("ID") { Description = "The dead letter, as list shows it." };
        Add(_id);
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var detail = await control.Api.GetDeadLetterAsync(parsed.GetRequiredValue(_id), cancellationToken);
        _output.Write(parsed, detail, output =>
        {
            DeadLetterTable.Fields(detail.Letter, Context.Time).WriteTo(output);
            output.WriteLine();
            output.WriteLine(detail.Body);
        });
        return CommandLine.Done;
    }
}
