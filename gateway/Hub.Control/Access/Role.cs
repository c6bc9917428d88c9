using Microsoft.AspNetCore.Builder;

namespace Hub.Control.Access;

/// <summary>What a token may do. Operators may all that viewers may, admins all that operators may; a plane only what planes do.</summary>
internal enum Role
{
    Plane,
    Viewer,
    Operator,
    Admin,
}

/// <summary>What an endpoint asks of its caller. An endpoint without it is open.</summary>
internal sealed record Needs(Role Role)
{
    public bool IsMetBy(Role role) => Role == Role.Plane ? role == Role.Plane : role >= Role;
}

internal static class NeedsConventions
{
    public static TBuilder Allow<TBuilder>(this TBuilder builder, Role role)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new Needs(role));
}
