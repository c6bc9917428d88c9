using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.DeadLetter;

internal sealed class ListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly TakeFeature _take;

    public ListCommand(CommandContext context)
        : base(context, "list", "What was given up and waits for a person, the newest first.", "hub deadletter list")
    {
        _take = Enable(new TakeFeature());
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var count = _take.Count(parsed);
        using var control = _connection.Connect(parsed);
        var letters = await control.Api.GetDeadLettersAsync(count, cancellationToken);
        _output.Write(
            parsed, letters, letters.IsEmpty ? output => output.WriteLine("There are no dead letters.") : DeadLetterTable.Of(letters, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
