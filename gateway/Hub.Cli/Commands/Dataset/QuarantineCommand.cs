using System.CommandLine;

namespace Hub.Cli.Commands.Dataset;

/// <summary><c>hub dataset quarantine DATASET list | show | retry | discard</c>: the dataset is said once, before what is done.</summary>
internal sealed class QuarantineCommand : Command
{
    public QuarantineCommand(CommandContext context)
        : base("quarantine", "Keys whose changes can't be applied and wait.")
    {
        var dataset = new Argument<string>("DATASET") { Description = "The dataset's name." };
        Add(dataset);
        Add(new QuarantineListCommand(context, dataset));
        Add(new QuarantineShowCommand(context, dataset));
        Add(new QuarantineRetryCommand(context, dataset));
        Add(new QuarantineDiscardCommand(context, dataset));
    }
}
