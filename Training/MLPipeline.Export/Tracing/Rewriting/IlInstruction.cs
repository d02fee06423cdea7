using System.Reflection.Emit;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>One instruction of a method body.</summary>
/// <param name="Offset">Where its opcode starts, in bytes.</param>
/// <param name="OpCode">The opcode.</param>
/// <param name="OperandOffset">Where its operand starts; its end when it has none.</param>
/// <param name="Token">The metadata token operand, or 0.</param>
internal readonly record struct IlInstruction(int Offset, OpCode OpCode, int OperandOffset, int Token)
{
    /// <summary>Whether the operand is a metadata token.</summary>
    public bool HasToken => OpCode.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineSig
        or OperandType.InlineString or OperandType.InlineTok or OperandType.InlineType;
}
