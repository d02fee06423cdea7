using System.Net;
using System.Runtime.CompilerServices;

/// <summary>The tests' servers are on this machine; a proxy of the host's must not come between.</summary>
internal static class NoProxy
{
#pragma warning disable CA2255 // Before the first test, whichever that is.
    [ModuleInitializer]
    internal static void Set() => HttpClient.DefaultProxy = new WebProxy();
#pragma warning restore CA2255
}
