using Hub.Gateway.Boundary;

namespace Hub.Fuzz.Gateway;

/// <summary>Request targets: what passes is sent as it came, to the side that was meant, and says one thing to all.</summary>
internal static class TargetTargets
{
    public static FuzzTarget Raw { get; } = new(
        "target",
        target =>
        {
            if (RawTarget.Fault(target) is not null)
            {
                return;
            }

            var address = ForwardTransform.Address("http://side.test:81/", target);

            var origin = RawTarget.Origin(target).ToString();
            Assert.Equal("side.test:81", address.Authority);
            Assert.Equal(origin.StartsWith('/') ? origin : $"/{origin}", address.PathAndQuery);
            Assert.All(origin, c => Assert.InRange(c, '!', '~'));

            // Whatever a server takes for a slash or a dot, no segment climbs.
            var path = Uri.UnescapeDataString(origin.Split('?')[0]).Replace('\\', '/');
            Assert.DoesNotContain(path.Split('/'), segment => segment.Split(';')[0] is "." or "..");
            Assert.DoesNotContain('\0', path);
        },
        "/", "/a/b.html?x=1", "/a%2Fb%5C", "/a/../b", "/%2e%2e/", "/a/..;x/b", "/%c0%ae%c0%ae/", "http://shop.test/a?b", "/a?b#c", "/a%00", "//a//");
}
