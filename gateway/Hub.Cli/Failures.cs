namespace Hub.Cli;

/// <summary>The command line was wrong: the message says what and what to write instead. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The command was right and could not be done: the message says what, why and what to do. Exit code 1.</summary>
internal class CommandFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Control did not answer.</summary>
internal sealed class ControlUnreachableException(string message, Exception? inner = null)
    : CommandFailedException(message, inner);
