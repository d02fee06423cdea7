using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>
/// Copies a method's IL into a dynamic method and changes nothing but metadata tokens, in place: branches, switches and exception
/// tables survive byte for byte. Calls are pointed at stubs; see <see cref="CallSites"/>.
/// </summary>
internal static class MethodRewriter
{
    /// <summary>Why a method can't be copied; null when it can.</summary>
    public static string? Obstacle(MethodBase method)
    {
        if (method.IsDefined(typeof(AsyncStateMachineAttribute)) || method.IsDefined(typeof(AsyncIteratorStateMachineAttribute)))
            return $"{Describe(method)} is async; a forward that awaits can't be traced. Make it synchronous";
        if (method.CallingConvention.HasFlag(CallingConventions.VarArgs))
            return $"{Describe(method)} takes a variable argument list (__arglist), which can't be traced. Use params";
        var code = method.GetMethodBody()!.GetILAsByteArray()!;
        return IlReader.Read(code).Any(i => i.OpCode == OpCodes.Calli)
            ? $"{Describe(method)} calls through a function pointer, which can't be traced. Use a delegate"
            : null;
    }

    /// <summary>The rewritten copy of a method.</summary>
    public static DynamicMethod Rewrite(MethodBase method)
    {
        StaticInitializers.Run(method.DeclaringType);
        var body = method.GetMethodBody()!;
        var signature = Signature.Of(method);
        var copy = new DynamicMethod(Describe(method), signature.Returns, signature.Parameters, method.Module, skipVisibility: true) { InitLocals = body.InitLocals };
        var info = copy.GetDynamicILInfo();
        info.SetCode(PatchCode(method, body.GetILAsByteArray()!, info), body.MaxStackSize);
        info.SetLocalSignature(LocalSignature(body));
        if (body.ExceptionHandlingClauses.Count > 0)
            info.SetExceptions(ExceptionTable(body, info));
        return copy;
    }

    /// <summary>A method's name as errors give it.</summary>
    public static string Describe(MethodBase method) => $"{method.DeclaringType?.Name}.{method.Name}";

    private static byte[] PatchCode(MethodBase method, byte[] code, DynamicILInfo info)
    {
        var sites = new CallSites(method, info);
        var instructions = IlReader.Read(code);
        var patched = (byte[])code.Clone();
        for (var i = 0; i < instructions.Count; i++)
            Patch(sites, instructions, i, patched);
        return patched;
    }

    private static void Patch(CallSites sites, List<IlInstruction> instructions, int index, byte[] code)
    {
        var at = instructions[index];
        var next = index + 1 < instructions.Count ? instructions[index + 1] : default;
        var previous = index > 0 ? instructions[index - 1] : default;
        if (at.OpCode == OpCodes.Tailcall)
            Blank(code, at.Offset, 2); // A tail call to a stub would leave the frame early.
        else if (at.OpCode == OpCodes.Constrained)
            PatchConstrained(sites, at, next, code);
        else if (at.OpCode == OpCodes.Ldsfld && sites.IsDelegateCache(at.Token))
            Replace(code, at, [(byte)OpCodes.Ldnull.Value]);
        else if (at.OpCode == OpCodes.Stsfld && sites.IsDelegateCache(at.Token))
            Replace(code, at, [(byte)OpCodes.Pop.Value]);
        else if ((at.OpCode == OpCodes.Ldftn || at.OpCode == OpCodes.Ldvirtftn) && sites.IsDelegateCreation(next))
            PatchFunctionPointer(sites, at, code);
        else if (at.OpCode == OpCodes.Newobj)
            PatchCreation(sites, at, previous, code);
        else if (at.OpCode == OpCodes.Call || at.OpCode == OpCodes.Callvirt)
            PatchCall(sites, at, previous, code);
        else if (at.OpCode == OpCodes.Ldfld && sites.IsTensorPointer(at.Token))
            PatchPointerField(sites, at, code);
        else if (at.HasToken)
            SetToken(code, at, sites.Carry(at));
    }

    private static void PatchCall(CallSites sites, IlInstruction at, IlInstruction previous, byte[] code)
    {
        var constraint = previous.OpCode == OpCodes.Constrained ? previous.Token : 0;
        var stub = sites.StubFor(at, constraint);
        if (stub is null)
        {
            SetToken(code, at, sites.Carry(at));
            return;
        }

        code[at.Offset] = (byte)OpCodes.Call.Value;
        SetToken(code, at, sites.TokenOf(stub));
    }

    private static void PatchPointerField(CallSites sites, IlInstruction at, byte[] code)
    {
        code[at.Offset] = (byte)OpCodes.Call.Value;
        SetToken(code, at, sites.TokenOf(Stubs.TakePointerField));
    }

    private static void PatchConstrained(CallSites sites, IlInstruction at, IlInstruction call, byte[] code)
    {
        if (sites.StubFor(call, at.Token) is null)
            SetToken(code, at, sites.Carry(at));
        else
            Blank(code, at.Offset, 6);
    }

    private static void PatchCreation(CallSites sites, IlInstruction at, IlInstruction previous, byte[] code)
    {
        var isDelegate = (previous.OpCode == OpCodes.Ldftn || previous.OpCode == OpCodes.Ldvirtftn) && sites.IsDelegateCreation(at);
        var stub = isDelegate ? sites.DelegateStub(at) : sites.CreationStub(at);
        if (stub is not null)
            code[at.Offset] = (byte)OpCodes.Call.Value;
        SetToken(code, at, stub is null ? sites.Carry(at) : sites.TokenOf(stub));
    }

    // ldftn (6 bytes) pushes a pointer; ldc.i4 with the method's number (5 bytes) takes its place. ldvirtftn also pops the object it looks into.
    private static void PatchFunctionPointer(CallSites sites, IlInstruction at, byte[] code)
    {
        Span<byte> load = stackalloc byte[6];
        load[0] = at.OpCode == OpCodes.Ldvirtftn ? (byte)OpCodes.Pop.Value : (byte)OpCodes.Nop.Value;
        load[1] = (byte)OpCodes.Ldc_I4.Value;
        BinaryPrimitives.WriteInt32LittleEndian(load[2..], sites.NumberOf(at));
        load.CopyTo(code.AsSpan(at.Offset));
    }

    private static void Replace(byte[] code, IlInstruction at, ReadOnlySpan<byte> with)
    {
        Blank(code, at.Offset, at.OperandOffset + 4 - at.Offset);
        with.CopyTo(code.AsSpan(at.Offset));
    }

    private static void Blank(byte[] code, int offset, int length) => code.AsSpan(offset, length).Clear();

    private static void SetToken(byte[] code, IlInstruction at, int token) =>
        BinaryPrimitives.WriteInt32LittleEndian(code.AsSpan(at.OperandOffset), token);

    private static byte[] LocalSignature(MethodBody body)
    {
        var helper = SignatureHelper.GetLocalVarSigHelper();
        foreach (var local in body.LocalVariables)
            helper.AddArgument(local.LocalType, local.IsPinned);
        return helper.GetSignature();
    }

    // The fat form of an exception section: ECMA-335, II.25.4.5.
    private static byte[] ExceptionTable(MethodBody body, DynamicILInfo info)
    {
        const int ClauseSize = 24;
        var size = 4 + body.ExceptionHandlingClauses.Count * ClauseSize;
        var table = new byte[size];
        BinaryPrimitives.WriteInt32LittleEndian(table, 0x41 | (size << 8));
        var at = 4;
        foreach (var clause in body.ExceptionHandlingClauses)
        {
            ReadOnlySpan<int> fields =
            [
                (int)clause.Flags, clause.TryOffset, clause.TryLength, clause.HandlerOffset, clause.HandlerLength, ClassOrFilter(clause, info),
            ];
            foreach (var field in fields)
            {
                BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(at), field);
                at += 4;
            }
        }

        return table;
    }

    private static int ClassOrFilter(ExceptionHandlingClause clause, DynamicILInfo info) => clause.Flags switch
    {
        ExceptionHandlingClauseOptions.Clause => info.GetTokenFor(clause.CatchType!.TypeHandle),
        ExceptionHandlingClauseOptions.Filter => clause.FilterOffset,
        _ => 0,
    };
}
